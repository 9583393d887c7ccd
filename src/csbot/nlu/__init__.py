"""Understanding: what a customer's words mean, and in which language they are written."""
