"""An address that cannot be listened on is told in the words of the settings."""

from __future__ import annotations

import errno
import socket

import pytest

from csbot.runtime.listening import refusal


@pytest.mark.parametrize(
    ("error", "key", "words"),
    [
        (OSError(errno.EADDRINUSE, "in use"), "server.port: ", "CSBOT_SERVER__PORT=8081"),
        (PermissionError(errno.EACCES, "denied"), "server.port: ", "reverse proxy"),
        (OSError(errno.EADDRNOTAVAIL, "not available"), "server.host: ", "0.0.0.0"),
        (socket.gaierror(-2, "Name or service not known"), "server.host: ", "no address of this machine"),
        (OSError(errno.EMFILE, "Too many open files"), "server.host, server.port: ", "Too many open files"),
    ],
)
def test_a_refusal_names_its_key_and_remedy(error: OSError, key: str, words: str) -> None:
    told = str(refusal("shop", 8080, error))
    assert told.startswith(key)
    assert words in told
