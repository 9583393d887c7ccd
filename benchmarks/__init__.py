"""Measured, in ratios taken in one run: these figures are compared with each other, never with another machine's."""
