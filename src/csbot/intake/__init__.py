"""The front door: events are durable, in the store or on disk, before a platform is told so."""
