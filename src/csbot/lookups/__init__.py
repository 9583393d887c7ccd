"""The brand's own systems, asked over signed HTTP: docs/lookups.md is the protocol as their developers read it."""
