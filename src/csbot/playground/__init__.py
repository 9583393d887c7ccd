"""The whole bridge tried without an account: phones of every imitated platform around one running csbot."""
