"""The roles of a process: started together, stopped in order."""
