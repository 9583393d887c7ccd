"""What an adapter may know of csbot: the contract of a channel, its errors, its requests, and how it is tested."""
