"""Addresses that customers' data is sent to."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def endpoint_fault(url: str) -> str:
    """What is wrong with an address to post to; empty when it is encrypted, or on this machine, and carries no secret.

    The text never quotes the address.
    """
    if not url.isprintable() or " " in url:
        return "holds a character no address has"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return "is no address"
    if parts.scheme not in {"https", "http"} or not host:
        return "must be an address that begins with https://"
    if parts.username is not None or parts.password is not None:
        return "must not carry a user or a password: signatures say who asks"
    if parts.fragment:
        return "must not have a part behind #"
    if parts.scheme == "http" and not is_loopback(host):
        return "must begin with https://; http:// is for this machine only"
    return ""


def is_loopback(host: str) -> bool:
    """The host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
