"""Whole conversations through a running csbot and imitated platforms."""
