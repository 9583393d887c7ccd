"""`csbot chat --url`: the web chat in the terminal, over the very routes its own page uses."""
