"""Text without meaning: cleaning, folding, SMS segments, splitting, phone numbers. Pure functions."""
