"""The API under /api/v1: one table of operations for routing, roles and documentation."""
