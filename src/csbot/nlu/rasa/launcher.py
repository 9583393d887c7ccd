"""Runs a Rasa command under Rasa's own Python; imports nothing of csbot.

The first line of standard input is the server's token, empty for none: an argument would show it to every user of the
machine. Rasa then lives as long as standard input is open, so it never outlives the csbot that started it.
"""

import os
import runpy
import sys
import threading


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    token = sys.stdin.readline().strip()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if token:
        sys.argv += ["--auth-token", token]
    runpy.run_module("rasa", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
