"""The roles that do the work: turns, sends, pulls, sweeps."""
