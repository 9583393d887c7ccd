"""HTTP: webhooks, the API, health. Reads no settings and decides nothing."""
