"""The desk: what an agent does to a conversation, and what an agent is shown of it. Values in, values out."""
