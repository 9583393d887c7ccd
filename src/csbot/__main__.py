"""`python -m csbot`."""

from csbot.cli import main

if __name__ == "__main__":
    main()
