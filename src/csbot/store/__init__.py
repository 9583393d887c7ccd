"""The one durable place, over SQLite and PostgreSQL, behind `csbot.ports.Store`."""
