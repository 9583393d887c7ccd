"""The desk: the pages of the people who answer customers, and of those who look after it all."""
