"""Settings: csbot.toml, each field also by environment (CSBOT_CHANNELS__TELEGRAM__TOKEN), checked before anything
starts.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, get_args, get_origin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from csbot.channel.protocol import ChannelSettings
from csbot.domain.brand import Brand, parse_business_hours
from csbot.errors import SettingsError
from csbot.plugins import channel_spec
from csbot.text.endpoints import endpoint_fault

PREFIX = "CSBOT_"
FILE_VARIABLE = "CSBOT_CONFIG"
DEFAULT_FILE = "csbot.toml"
SAMPLE_SHOP = "sample-shop"
"""The address of a lookup that csbot's own sample of a brand's system answers."""

SHORTEST_SECRET = 16
_LOOKUP = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class _Section(BaseModel):
    # Inputs are hidden in errors: a secret put in the wrong place must not come back in a message.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ServerSettings(_Section):
    """`public_url` is what platforms call; their signatures are checked against it."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""

    @field_validator("public_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// (or http:// for a local try)")
        return value.rstrip("/")


class StoreSettings(_Section):
    """Where everything durable is; the spool lies beside it."""

    url: SecretStr = SecretStr("sqlite:///var/csbot.db")
    spool: Path | None = None

    @field_validator("url")
    @classmethod
    def _known(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError('must be "sqlite:///path/to/file.db" or "postgresql://user@host/database"')
        return value


class BrandSettings(_Section):
    """Who csbot speaks for."""

    name: str = "csbot"
    languages: tuple[str, ...] = ("tr", "en")
    default_language: str = ""
    timezone: str = "Europe/Istanbul"
    business_hours: dict[str, str | list[str]] | None = None
    privacy_url: str = ""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not self.languages:
            raise ValueError("languages: name at least one")
        if self.default_language and self.default_language not in self.languages:
            raise ValueError(f"default_language {self.default_language!r} is not among languages")
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"timezone {self.timezone!r} is unknown; write it like Europe/Istanbul") from error
        if self.business_hours is not None:
            parse_business_hours(self.business_hours)
        return self

    def brand(self) -> Brand:
        """The same as a domain value."""
        return Brand(
            name=self.name,
            languages=self.languages,
            default_language=self.default_language or self.languages[0],
            timezone=self.timezone,
            business_hours=None if self.business_hours is None else parse_business_hours(self.business_hours),
            privacy_url=self.privacy_url,
        )


class ContentSettings(_Section):
    """The folder that holds intents/ and faq/; empty: the working folder, else the sample brand."""

    path: Path | None = None


class UnderstandingSettings(_Section):
    """Engines in order of preference, the embedded one always behind them; `in_scope_refused` is the share of good
    questions rather refused than risked; `deadline_s` is how long an engine beside the embedded one may take; `encoder`
    is the folder of a sentence encoder that the embedded one asks.
    """

    engines: tuple[str, ...] = ("linear",)
    deadline_s: float = Field(default=0.4, gt=0, le=10)
    in_scope_refused: float = Field(default=0.05, ge=0, lt=1)
    encoder: Path | None = None


class MediaSettings(_Section):
    """`link_ttl_s`: how long a signed link to a file lives. `link_secret`: kept beside the store when not given.
    `upload_bytes`: the largest file a customer may hand to csbot itself.
    """

    link_ttl_s: int = Field(default=86_400, gt=0)
    link_secret: SecretStr | None = None
    upload_bytes: int = Field(default=10 * 1024 * 1024, gt=0)


class LookupSettings(_Section):
    """One of the brand's own systems: where it is asked, and how. `codes`: it can send codes to the contact on file."""

    url: str
    secret: SecretStr | None = None
    timeout_s: float = Field(default=2.0, gt=0, le=5)
    retries: int = Field(default=1, ge=0, le=3)
    cache_s: float = Field(default=0.0, ge=0, le=3600)
    codes: bool = False

    @field_validator("url")
    @classmethod
    def _private(cls, value: str) -> str:
        if value != SAMPLE_SHOP and (fault := endpoint_fault(value)):
            raise ValueError(fault)
        return value

    @field_validator("secret")
    @classmethod
    def _long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"must have at least {SHORTEST_SECRET} characters")
        return value

    @model_validator(mode="after")
    def _signed(self) -> Self:
        if self.url != SAMPLE_SHOP and self.secret is None:
            raise ValueError("secret: missing, and required: csbot signs with it what it asks")
        return self


class LimitsSettings(_Section):
    """`burst_s` 0 turns bursts and the greeting's wait off; `idle_h` 0 leaves conversations open."""

    burst_s: float = Field(default=1.5, ge=0, le=30)
    body_bytes: int = Field(default=1024 * 1024, gt=0)
    send_s: float = Field(default=20.0, gt=0)
    drain_s: float = Field(default=10.0, ge=0)
    idle_h: float = Field(default=24.0, ge=0)


class LogSettings(_Section):
    """`masked` hides personal data in logs; turning it off is said at start."""

    level: str = "info"
    masked: bool = True


class Settings(_Section):
    """All settings of one csbot."""

    server: ServerSettings = ServerSettings()
    store: StoreSettings = StoreSettings()
    brand: BrandSettings = BrandSettings()
    content: ContentSettings = ContentSettings()
    understanding: UnderstandingSettings = UnderstandingSettings()
    media: MediaSettings = MediaSettings()
    limits: LimitsSettings = LimitsSettings()
    log: LogSettings = LogSettings()
    lookups: dict[str, LookupSettings] = Field(default_factory=dict)
    channels: dict[str, ChannelSettings] = Field(default_factory=dict)
    file: Path | None = None

    @field_validator("lookups")
    @classmethod
    def _named(cls, value: dict[str, LookupSettings]) -> dict[str, LookupSettings]:
        for name in value:
            if not _LOOKUP.fullmatch(name):
                raise ValueError(f"{name!r}: a lookup's name has small letters and digits, with - between them")
        return value


def load(file: Path | None = None, *, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `file`, else CSBOT_CONFIG, else ./csbot.toml where it exists, else defaults; environment on top.

    Raises SettingsError with file, key and reason, one line for each thing wrong.
    """
    named_by = "--config"
    if file is None and environ.get(FILE_VARIABLE):
        file, named_by = Path(environ[FILE_VARIABLE]), FILE_VARIABLE
    if file is None and Path(DEFAULT_FILE).exists():
        file = Path(DEFAULT_FILE)
    raw = _read(file, named_by) if file else {}
    overlay, origins = _from_environment(environ)
    _merge(raw, overlay)
    where = str(file) if file else "settings"
    channels, problems = _channels(raw.pop("channels", {}), where, origins)
    if "file" in raw:
        problems.append(f"{where}: file: unknown key")
    try:
        settings = Settings.model_validate({**raw, "file": file})
    except ValidationError as error:
        problems = [*_explain(error, (), where, origins), *problems]
        raise SettingsError("\n".join(problems)) from error
    if problems:
        raise SettingsError("\n".join(problems))
    return settings.model_copy(update={"channels": channels})


def _read(file: Path, named_by: str) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(
            f"{file}: no such file, though {named_by} names it; without {named_by} csbot takes ./{DEFAULT_FILE} where "
            "there is one, and its defaults otherwise"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read: {error.__class__.__name__}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: not valid TOML: {error}") from error


def _from_environment(environ: Mapping[str, str]) -> tuple[dict[str, Any], dict[tuple[str, ...], str]]:
    """The settings given as CSBOT_SECTION__KEY, and which variable each came from."""
    tree: dict[str, Any] = {}
    origins: dict[tuple[str, ...], str] = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX) or "__" not in name:
            _refuse_one_underscore(name)
            continue
        path = tuple(part.lower() for part in name.removeprefix(PREFIX).split("__"))
        if path[0] == "lookups" and len(path) > 1:  # whose names have dashes, which a variable's has not
            path = (path[0], path[1].replace("_", "-"), *path[2:])
        node = tree
        for part in path[:-1]:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                raise SettingsError(f"{name}: {part} is no section; another variable gives it a value")
        node[path[-1]] = _value(value)
        origins[path] = name
    return tree, origins


def _refuse_one_underscore(name: str) -> None:
    """CSBOT_SERVER_PORT would be passed over in silence, and the port stay what it was."""
    section, _, rest = name.removeprefix(PREFIX).partition("_")
    if not name.startswith(PREFIX) or not rest or section.lower() not in Settings.model_fields:
        return
    meant = rest.replace("_", "__", 1) if section.lower() == "channels" else rest
    raise SettingsError(f"{name}: unknown; two underscores divide section and key: {PREFIX}{section}__{meant}")


def _value(text: str) -> object:
    # Lists and tables are written as JSON in the environment; everything else stays text for the models to read.
    if text[:1] in "[{" and text:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _merge(base: dict[str, Any], overlay: Mapping[str, Any]) -> None:
    for key, value in overlay.items():
        if isinstance(value, Mapping) and isinstance(base.get(key), dict):
            _merge(base[key], value)
        else:
            base[key] = value


def _channels(
    raw: object, where: str, origins: Mapping[tuple[str, ...], str]
) -> tuple[dict[str, ChannelSettings], list[str]]:
    channels: dict[str, ChannelSettings] = {}
    problems: list[str] = []
    if not isinstance(raw, Mapping):
        return channels, [f"{where}: channels: must be tables like [channels.telegram]"]
    for id, table in raw.items():
        key = f"{where}: channels.{id}"
        if not isinstance(table, Mapping):
            source = origins.get(("channels", id), where)
            problems.append(f"{source}: channels.{id}: must be a table like [channels.{id}]")
            continue
        if not id.replace("-", "").replace("_", "").isalnum():
            problems.append(f"{key}: a channel's id has letters, digits, - and _ only")
            continue
        kind = table.get("kind", id)
        try:
            spec = channel_spec(str(kind))
            settings = spec.settings.model_validate({**table, "kind": kind})
        except ValidationError as error:
            problems += _explain(
                error, ("channels", id), where, origins, models=(_fields(channel_spec(str(kind)).settings),)
            )
            continue
        except SettingsError as error:
            problems.append(f"{key}.kind: {error}")
            continue
        if not spec.signing(settings) and not settings.unsafe_unsigned:
            problems.append(
                f"{key}: its signing secret is missing, so anybody could post as a customer; "
                "set it, or set unsafe_unsigned = true to accept unsigned webhooks knowingly"
            )
            continue
        channels[id] = settings
    return channels, problems


def _fields(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _explain(
    error: ValidationError,
    prefix: tuple[str, ...],
    where: str,
    origins: Mapping[tuple[str, ...], str],
    models: tuple[list[str], ...] = (),
) -> list[str]:
    """One line a problem: where it was set, which key, why, and the nearest known key for an unknown one."""
    lines = []
    for problem in error.errors(include_url=False, include_input=False):
        path = (*prefix, *(str(part) for part in problem["loc"]))
        source = origins.get(path, where)
        reason = str(problem["msg"]).removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            known = models[0] if models else _known(path[:-1])
            near = difflib.get_close_matches(path[-1], known, n=1)
            reason = "unknown key" + (f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}")
        elif problem["type"] == "missing":
            reason = "missing, and required"
        lines.append(f"{source}: {'.'.join(path)}: {reason}")
    return lines


def _known(path: tuple[str, ...]) -> list[str]:
    kind: object = Settings
    for part in path:
        if get_origin(kind) is dict:  # tables under names of the brand's own: [lookups.<name>]
            kind = get_args(kind)[1]
        elif isinstance(kind, type) and issubclass(kind, BaseModel) and part in kind.model_fields:
            kind = kind.model_fields[part].annotation
        else:
            return []
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return []
    return [name for name in _fields(kind) if name != "file"]
