"""Figures about conversations: each a pure function of what was read, and each opening to what it counts."""
