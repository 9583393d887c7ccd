"""The sample brand's own order system, so that lookups can be tried, shown and tested without a real one."""
