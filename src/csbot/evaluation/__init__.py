"""Measuring understanding: on the brand's own content, and on data sets others have published."""
