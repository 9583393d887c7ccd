"""Typed keys under which handlers find what they work with."""

from __future__ import annotations

from aiohttp import web

from csbot.services import Services
from csbot.web.background import Background
from csbot.web.live import Watch
from csbot.web.names import Names
from csbot.web.passwords import Passwords

SERVICES = web.AppKey("services", Services)
WATCH = web.AppKey("watch", Watch)
BACKGROUND = web.AppKey("background", Background)
NAMES = web.AppKey("names", Names)
PASSWORDS = web.AppKey("passwords", Passwords)
