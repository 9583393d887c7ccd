"""The languages of csbot's own pages: English in the sources, others as gettext catalogues in `locales/`.

A catalogue is read from its .po file when the server starts, so that there is nothing to compile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO

from aiohttp import web
from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

SOURCE = "en"
COOKIE = "csbot_language"


@cache
def catalogues() -> Mapping[str, NullTranslations]:
    """Translations by language code; every code pages can be shown in is there."""
    found: dict[str, NullTranslations] = {SOURCE: NullTranslations()}
    for file in files("csbot.web").joinpath("locales").iterdir():
        code, _, kind = file.name.partition(".")
        if kind != "po":
            continue
        compiled = BytesIO()
        write_mo(compiled, read_po(BytesIO(file.read_bytes()), locale=code))
        compiled.seek(0)
        found[code] = Translations(compiled)
    return found


def text(message: str) -> str:
    """Marks a message, to be said later in the reader's language by `Page.text`."""
    return message


def chosen(request: web.Request, *, default: str) -> str:
    """The language to show a page in: asked for in the address, chosen before, the browser's, else `default`'s."""
    known = catalogues()
    for code in (request.query.get("lang", ""), request.cookies.get(COOKIE, "")):
        if code in known:
            return code
    wanted = _preferred(request.headers.get("Accept-Language", ""))
    return negotiate_locale(wanted, list(known), sep="-") or (default if default in known else SOURCE)


def _preferred(header: str) -> Sequence[str]:
    """The codes of an Accept-Language header, best first; what cannot be read is passed over."""
    weighed: list[tuple[float, str]] = []
    for part in header.split(",")[:20]:
        code, _, parameters = part.strip().partition(";")
        weight = parameters.strip().removeprefix("q=") or "1"
        try:
            weighed.append((float(weight), code))
        except ValueError:
            continue
    return [code for weight, code in sorted(weighed, key=lambda one: -one[0]) if code and weight > 0]
