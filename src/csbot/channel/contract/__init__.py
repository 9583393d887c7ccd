"""The parts of the contract suite; adapters import them from `csbot.channel.testing`."""
