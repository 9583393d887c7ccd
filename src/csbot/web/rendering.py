"""Pages: templates in the reader's language, with the headers every page of csbot carries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any, Self

from aiohttp import web
from babel.dates import format_date, format_datetime, format_time, format_timedelta, get_timezone
from babel.numbers import format_decimal, format_percent
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from csbot.domain.brand import Brand
from csbot.services import Services
from csbot.web import languages, static_files

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""What a page may do: nothing that is not csbot's own. No inline script or style, whatever slips through escaping."""


@cache
def _environment(language: str, packages: tuple[str, ...]) -> Environment:
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(languages.catalogues()[language], newstyle=True)  # type: ignore[attr-defined]
    made.globals["static"] = partial(static_files.address, packages=packages)
    return made


class Page:
    """Renders templates for one reader: one language, one brand, one moment.

    `packages` have the templates and static files, the first that has one of that name counts.
    """

    packages: tuple[str, ...] = static_files.PACKAGES

    def __init__(self, brand: Brand, language: str, now: datetime) -> None:
        self.brand = brand
        self.language = language
        self.now = now

    @classmethod
    def of(cls, request: web.Request, services: Services) -> Self:
        """The page the request asks for."""
        brand = services.brand
        return cls(brand, languages.chosen(request, default=brand.default_language), services.clock())

    def text(self, message: str, **values: object) -> str:
        """One of csbot's own words in the reader's language; `message` is the English, with %(name)s for values."""
        said = languages.catalogues()[self.language].gettext(message)
        return said % values if values else said

    def render(self, template: str, **values: Any) -> str:
        """The template as HTML; everything in `values` is escaped unless it is Markup."""
        shown = {
            "brand": self.brand,
            "language": self.language,
            "now": self.now,
            "clock_time": self.clock_time,
            "moment": self.moment,
            "long_date": self.long_date,
            "since": self.since,
            "number": self.number,
            "percent": self.percent,
        }
        return _environment(self.language, self.packages).get_template(template).render({**shown, **values})

    def respond(
        self, template: str, *, status: int = 200, policy: Mapping[str, str] | None = None, **values: Any
    ) -> web.Response:
        """The template as a response; `policy` changes what the page may do."""
        return html(self.render(template, **values), status=status, policy=policy)

    # -- times and numbers, as the reader writes them ------------------------------------------------------------------

    def clock_time(self, at: datetime) -> str:
        """Hours and minutes where the brand is; with the day when that was not today."""
        zone = get_timezone(self.brand.timezone)
        if at.astimezone(zone).date() == self.now.astimezone(zone).date():
            return format_time(at.astimezone(zone), "short", locale=self.language)
        return self.moment(at)

    def moment(self, at: datetime) -> str:
        """Day and time where the brand is."""
        return format_datetime(at, "d MMM, HH:mm", tzinfo=get_timezone(self.brand.timezone), locale=self.language)

    def long_date(self, day: date) -> str:
        """A day in full."""
        return format_date(day, "long", locale=self.language)

    def since(self, at: datetime) -> str:
        """How long ago, roughly: "3 minutes"."""
        return self.lasting((self.now - at).total_seconds())

    def lasting(self, seconds: float) -> str:
        """A length of time, roughly."""
        return format_timedelta(timedelta(seconds=max(0.0, seconds)), threshold=1.2, locale=self.language)

    def number(self, value: float) -> str:
        """A number with the reader's separators."""
        return format_decimal(value, locale=self.language)

    def percent(self, share: float) -> str:
        """A share from 0 to 1."""
        return format_percent(share, locale=self.language)


def html(body: str, *, status: int = 200, policy: Mapping[str, str] | None = None) -> web.Response:
    """An HTML response with the headers of every page."""
    return web.Response(status=status, text=body, content_type="text/html", headers=secured(policy))


def secured(policy: Mapping[str, str] | None = None) -> dict[str, str]:
    """The headers every page carries."""
    rules = {**POLICY, **(policy or {})}
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in rules.items() if value),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
