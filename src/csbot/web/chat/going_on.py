"""How a visitor leaves the page and loses nothing: by a link into an app of theirs that shows who they are."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import segno
from aiohttp import web

from csbot.domain.passes import ALPHABET, LENGTH, VALID, digest, written
from csbot.services import Outlet, Services
from csbot.web.chat.visiting import Chat, Refused, told


def ways(services: Services) -> Mapping[str, Outlet]:
    """The channels a visitor can go on by, in the order of the settings."""
    return {id: outlet for id, outlet in services.outlets.items() if outlet.door(" ")}


def apps(chat: Chat) -> str:
    """The apps a visitor can go on by, in words; "" for none."""
    names = list(dict.fromkeys(outlet.app for outlet in ways(chat.services).values()))
    return chat.page.text(" or ").join(names)


async def go_on(chat: Chat) -> web.StreamResponse:
    """POST pass: links into the customer's own apps, each with a picture for a phone's camera.

    Whoever sends the words in them is this visitor on that app too. They work once, for `minutes`.
    """
    visitor, services = chat.visitor(), chat.services
    offered = ways(services)
    if not offered:
        raise Refused(404, "no_way", chat.page.text("There is no other app to go on by."))
    chat.check_pace(visitor)
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    now = services.clock()
    known = await services.store.issue_pass(
        digest(code), channel=chat.outlet.id, user=visitor.user, now=now, expires_at=now + VALID
    )
    if not known:
        raise Refused(409, "nothing_said", chat.page.text("Write something here first."))
    words = _words(chat, code)
    links = {outlet.app: outlet.door(words) for outlet in offered.values()}
    return told(
        {
            "ways": [{"app": app, "href": href, "picture": picture(href)} for app, href in links.items()],
            "minutes": int(VALID.total_seconds() // 60),
        }
    )


def _words(chat: Chat, code: str) -> str:
    services = chat.services
    own = services.knowledge.now.words(chat.page.language, default=services.brand.default_language)
    return own["go_on"].replace("{brand}", services.brand.name).replace("{pass}", written(code))


def picture(text: str) -> dict[str, object]:
    """A QR code of the text: how many squares a side, with the quiet border, and the dark ones as an SVG path."""
    rows = [list(row) for row in segno.make_qr(text, error="m").matrix_iter(border=4)]
    runs = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            length = next((n for n, dark in enumerate(row[x:]) if not dark), len(row) - x)
            if length:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length or 1
    return {"size": len(rows), "path": "".join(runs)}
