"""Why an address cannot be listened on, in the words of who set it."""

from __future__ import annotations

import errno
import socket

from csbot.errors import SettingsError


def refusal(host: str, port: int, error: OSError) -> SettingsError:
    """What is wrong with `server.host` or `server.port`, and how to mend it."""
    if error.errno == errno.EADDRINUSE:
        return SettingsError(
            f"server.port: {port} on {host} is in use by another program; stop that one, or choose another port, "
            f"for instance with CSBOT_SERVER__PORT={port + 1 if port < 65535 else port - 1} in the environment"
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return SettingsError(
            f"server.port: this user may not listen on port {port}; choose one above 1023, and let a reverse proxy "
            "pass on what comes to the lower one"
        )
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return SettingsError(
            f"server.host: {host!r} is no address of this machine; 127.0.0.1 is reached from this machine only, "
            "0.0.0.0 from everywhere"
        )
    return SettingsError(f"server.host, server.port: cannot listen on {host}:{port}: {error.strerror or error}")
