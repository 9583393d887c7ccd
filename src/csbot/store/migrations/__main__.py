"""`python -m csbot.store.migrations`: bring the database whose URL stands on standard input to the head.

The URL comes by standard input because it may hold a password and arguments can be seen by everybody on the machine.
"""

from __future__ import annotations

import sys

from csbot.store.migrations.running import upgrade

if __name__ == "__main__":
    upgrade(sys.stdin.read().strip())
