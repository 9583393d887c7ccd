"""The chat's page, alone or inside a site, and the script by which a site gets it."""

from __future__ import annotations

import hashlib
import json
from urllib.parse import urlsplit

from aiohttp import web

from csbot.web import languages, static_files
from csbot.web.chat.going_on import apps
from csbot.web.chat.theme import style_sheet
from csbot.web.chat.visiting import Chat, chat_of
from csbot.web.rendering import Page

A_WHILE = "public, max-age=300"


async def page(request: web.Request) -> web.StreamResponse:
    """GET /chat, /chat/<id>: the chat as a page of its own."""
    return _page(chat_of(request), framed=False)


async def frame(request: web.Request) -> web.StreamResponse:
    """GET /chat/<id>/frame: the chat inside a site, which has to be one of the channel's origins."""
    return _page(chat_of(request), framed=True)


def _page(chat: Chat, *, framed: bool) -> web.Response:
    site, uploads = chat.channel.site, chat.services.uploads
    takes_files = uploads is not None and chat.outlet.capabilities.fetch
    settings = {
        "base": chat.base,
        "origins": [*site.origins, *_own_origins(chat)],
        "framed": framed,
        "language": chat.page.language,
        "name": chat.title,
        "textLimit": site.text_limit,
        "uploadBytes": uploads.limit_bytes if uploads is not None and takes_files else 0,
        "words": _words(chat.page, chat.title),
    }
    ancestors = "'self'" if not framed else " ".join(["'self'", *site.origins])
    return chat.page.respond(
        "chat.html",
        policy={"frame-ancestors": ancestors},
        title=chat.title,
        base=chat.base,
        framed=framed,
        takes_files=takes_files,
        goes_on=apps(chat),
        theme=f"{chat.base}/theme.css?v={_version(style_sheet(site.color))}",
        settings=json.dumps(settings, ensure_ascii=False),
    )


def _own_origins(chat: Chat) -> list[str]:
    own = urlsplit(chat.services.public_url)
    return [f"{own.scheme}://{own.netloc}"] if own.netloc else []


def _words(page: Page, name: str) -> dict[str, str]:
    """What the page's script says."""
    return {
        "you": page.text("You"),
        "sending": page.text("Sending"),
        "sent": page.text("Sent"),
        "waits": page.text("Waits for the connection"),
        "failed": page.text("Not sent"),
        "again": page.text("Try again"),
        "offline": page.text("You are offline. What you write is kept and sent once you are back."),
        "lost": page.text("The connection is lost. Trying again."),
        "slow": page.text("That was a lot at once. Wait a moment, then go on."),
        "writing": page.text("%(name)s is writing", name=name),
        "waiting": page.text("A person will be with you"),
        "with": page.text("You are talking to {name}"),
        "elsewhere": page.text("You go on by {app}; answers reach you there. Write here to come back."),
        "openApp": page.text("Open {app}"),
        "square": page.text("Square code that opens {app} on your phone"),
        "until": page.text("The links work once, for {minutes} minutes."),
        "assistant": page.text("Automatic assistant"),
        "signedIn": page.text("Signed in as {name}"),
        "guest": page.text("You are chatting as a guest: your sign-in could not be checked."),
        "noCookies": page.text("Your browser keeps no cookies here, so the chat cannot go on."),
        "ownWindow": page.text("Open the chat in its own window"),
        "tooLarge": page.text("This file is too large: at most %(limit)s MB.", limit="{limit}"),
        "empty": page.text("Write your question. %(name)s answers at once, and asks a person where needed.", name=name),
        "begun": page.text("A new conversation begins here."),
        "earlier": page.text("Show earlier messages"),
        "forgotten": page.text("This browser has forgotten the conversation."),
        "photo": page.text("Photo"),
        "file": page.text("File"),
        "newMessages": page.text("New messages"),
    }


async def theme(request: web.Request) -> web.StreamResponse:
    """GET /chat/<id>/theme.css: the brand's colour."""
    return web.Response(
        text=style_sheet(chat_of(request).channel.site.color),
        content_type="text/css",
        charset="utf-8",
        headers={"Cache-Control": A_WHILE, "X-Content-Type-Options": "nosniff"},
    )


async def widget(request: web.Request) -> web.StreamResponse:
    """GET /chat/widget.js?channel=<id>: what a site's one script tag loads."""
    chat = chat_of(request)
    site = chat.channel.site
    known = languages.catalogues()
    labels = {}
    for code in known:
        page = Page(chat.services.brand, code, chat.services.clock())
        labels[code] = {
            "open": page.text("Open the chat with %(name)s", name=chat.title),
            "close": page.text("Close the chat"),
            "unread": page.text("New messages"),
        }
    settings = {
        "frame": f"{chat.base}/frame",
        "title": chat.title,
        "theme": style_sheet(site.color).replace(":root", ":host"),
        "labels": labels,
        "language": chat.services.brand.default_language,
    }
    # "<" is not needed in the script itself, but a site may paste it into a page.
    given = json.dumps(settings, ensure_ascii=True).replace("<", "\\u003c")
    body = static_files.static_files()["widget.js"].body.decode().replace("__SETTINGS__", given)
    return web.Response(
        text=body,
        content_type="text/javascript",
        charset="utf-8",
        headers={
            "Cache-Control": A_WHILE,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )


def _version(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
