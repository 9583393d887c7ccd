"""Migrations of the schema, run by alembic, and the scripts of its head, made from `csbot.store.tables`."""
