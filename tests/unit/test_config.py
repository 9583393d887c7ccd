"""Settings: read from file and environment, refused with file, key and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from csbot import config
from csbot.errors import SettingsError

GOOD = """
[server]
port = 9000
public_url = "https://bot.example/"
[brand]
name = "Lale"
languages = ["tr", "en"]
[channels.console]
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "csbot.toml"
    file.write_text(text, encoding="utf-8")
    return file


def problem(file: Path, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        config.load(file, environ=environ or {})
    return str(caught.value)


def test_a_file_is_read_and_defaults_fill_the_rest(tmp_path: Path) -> None:
    settings = config.load(write(tmp_path, GOOD), environ={})
    assert settings.server.port == 9000
    assert settings.server.public_url == "https://bot.example"
    assert settings.brand.brand().default_language == "tr"
    assert settings.limits.burst_s == 1.5
    assert settings.channels["console"].kind == "console"


def test_the_environment_stands_above_the_file(tmp_path: Path) -> None:
    environ = {
        "CSBOT_SERVER__PORT": "9100",
        "CSBOT_BRAND__LANGUAGES": '["en"]',
        "CSBOT_CHANNELS__CONSOLE__USER": "ayse",
        "CSBOT_CHANNELS__SECOND__KIND": "console",
    }
    settings = config.load(write(tmp_path, GOOD), environ=environ)
    assert settings.server.port == 9100
    assert settings.brand.languages == ("en",)
    assert settings.channels["console"].user == "ayse"  # type: ignore[attr-defined]
    assert set(settings.channels) == {"console", "second"}


def test_the_variable_csbot_config_names_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    assert config.load(environ={"CSBOT_CONFIG": str(file)}).server.port == 9000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[server]\nprot = 1\n", ["csbot.toml", "server.prot", "did you mean 'port'"]),
        ("[servr]\nport = 1\n", ["servr", "did you mean 'server'"]),
        ("[server]\nport = 'many'\n", ["server.port", "integer"]),
        ("[server]\npublic_url = 'bot.example'\n", ["server.public_url", "https://"]),
        ("[brand]\ndefault_language = 'fr'\n", ["brand", "default_language", "fr"]),
        ("[brand]\ntimezone = 'Istanbul'\n", ["timezone", "Europe/Istanbul"]),
        ("[brand]\nbusiness_hours = { mon = 'nine' }\n", ["mon", "09:00-18:00"]),
        ("[store]\nurl = 'mysql://x'\n", ["store.url", "sqlite:///"]),
        ("[channels.x]\nkind = 'fax'\n", ["channels.x.kind", "fax", "telegram"]),
        ("[channels.console]\ncolour = 1\n", ["channels.console.colour", "unknown key"]),
        ("[channels]\nsms = 1\n", ["channels.sms", "table"]),
        ("server = [\n", ["csbot.toml", "TOML"]),
        ("[lookups.x]\nsecret = 'sixteen letters!'\n", ["lookups.x.url", "missing"]),
        ("[lookups.x]\nurl = 'https://shop.example'\n", ["lookups.x: secret: missing", "signs"]),
        ("[lookups.x]\nurl = 'https://shop.example'\nsecret = 'short'\n", ["lookups.x.secret", "16 characters"]),
        ("[lookups.x]\nurl = 'http://shop.example'\n", ["lookups.x.url", "https://"]),
        ("[lookups.x]\nurl = 'sample-shop'\ntimeout = 1\n", ["lookups.x.timeout", "did you mean 'timeout_s'"]),
        ("[lookups.x]\nurl = 'sample-shop'\ntimeout_s = 60\n", ["lookups.x.timeout_s", "5"]),
        ("[lookups.Order_Status]\nurl = 'sample-shop'\n", ["lookups", "Order_Status", "small letters"]),
        ("[lookups]\nx = 1\n", ["lookups.x"]),
    ],
)
def test_what_is_wrong_is_told_with_file_key_and_reason(tmp_path: Path, text: str, words: list[str]) -> None:
    told = problem(write(tmp_path, text))
    for word in words:
        assert word in told


def test_a_wrong_variable_is_named_itself(tmp_path: Path) -> None:
    told = problem(write(tmp_path, GOOD), {"CSBOT_SERVER__PRT": "1"})
    assert told.startswith("CSBOT_SERVER__PRT: server.prt: unknown key")


def test_a_channel_without_its_signing_secret_does_not_start(tmp_path: Path) -> None:
    text = "[channels.telegram]\nkind = 'telegram'\ntoken = '123:abc'\n"
    assert "unsafe_unsigned" in problem(write(tmp_path, text))
    settings = config.load(write(tmp_path, text + "unsafe_unsigned = true\n"), environ={})
    assert settings.channels["telegram"].unsafe_unsigned


def test_a_secret_in_the_wrong_place_does_not_come_back_in_the_error(tmp_path: Path) -> None:
    text = "[channels.telegram]\nkind = 'telegram'\ntoken = 1\nsecret = 'hunter2 with spaces'\nrate = 'hunter3'\n"
    told = problem(write(tmp_path, text))
    assert "hunter" not in told


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    told = problem(write(tmp_path, "[server]\nport = 'x'\nhots = 'y'\n[channels.a]\nkind = 'fax'\n"))
    assert len(told.splitlines()) == 3


def test_secrets_do_not_show_in_the_settings_repr(tmp_path: Path) -> None:
    text = "[store]\nurl = 'postgresql://csbot:hunter2@db/csbot'\n"
    assert "hunter2" not in repr(config.load(write(tmp_path, text), environ={}))


def test_a_missing_file_is_told_with_what_named_it(tmp_path: Path) -> None:
    absent = tmp_path / "absent.toml"
    assert "--config names it" in problem(absent)
    with pytest.raises(SettingsError, match="CSBOT_CONFIG names it"):
        config.load(environ={"CSBOT_CONFIG": str(absent)})


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("CSBOT_SERVER_PORT", "CSBOT_SERVER__PORT"),
        ("CSBOT_SERVER_PUBLIC_URL", "CSBOT_SERVER__PUBLIC_URL"),
        ("CSBOT_CHANNELS_TELEGRAM_TOKEN", "CSBOT_CHANNELS__TELEGRAM__TOKEN"),
    ],
)
def test_a_variable_with_one_underscore_too_few_is_not_passed_over(tmp_path: Path, variable: str, meant: str) -> None:
    told = problem(write(tmp_path, GOOD), {variable: "1"})
    assert told.startswith(f"{variable}: unknown")
    assert told.endswith(meant)


def test_variables_of_other_programs_are_passed_over(tmp_path: Path) -> None:
    others = {"CSBOT_CI": "1", "CSBOT_TEST_POSTGRES": "postgresql://x", "CSBOTSERVER_PORT": "1", "SERVER__PORT": "1"}
    assert config.load(write(tmp_path, GOOD), environ=others).server.port == 9000


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"CSBOT_CHANNELS__TELEGRAM_TOKEN": "1"}, "CSBOT_CHANNELS__TELEGRAM_TOKEN: channels.telegram_token: must be"),
        ({"CSBOT_SERVER__PORT": "1", "CSBOT_SERVER__PORT__X": "2"}, "CSBOT_SERVER__PORT__X: port is no section"),
    ],
)
def test_a_variable_at_the_wrong_depth_is_named(tmp_path: Path, environ: dict[str, str], words: str) -> None:
    assert words in problem(write(tmp_path, GOOD), environ)


def test_a_key_csbot_sets_itself_is_as_unknown_as_any(tmp_path: Path) -> None:
    assert "csbot.toml: file: unknown key" in problem(write(tmp_path, f'file = "x"\n{GOOD}'))


def test_a_lookup_is_set_by_file_and_environment_with_dashes_as_underscores(tmp_path: Path) -> None:
    file = write(tmp_path, "[lookups.order-status]\nurl = 'https://shop.example'\ncodes = true\n")
    environ = {
        "CSBOT_LOOKUPS__ORDER_STATUS__SECRET": "a secret of sixteen and more",
        "CSBOT_LOOKUPS__CANCEL_ORDER__URL": "http://127.0.0.1:8070/",
        "CSBOT_LOOKUPS__CANCEL_ORDER__SECRET": "a secret of sixteen and more",
    }
    settings = config.load(file, environ=environ)
    assert set(settings.lookups) == {"order-status", "cancel-order"}
    status = settings.lookups["order-status"]
    assert (status.codes, status.timeout_s, status.cache_s) == (True, 2.0, 0.0)
    assert "sixteen" not in repr(settings)
    wrong = problem(file, {"CSBOT_LOOKUPS__ORDER_STATUS__SECRET": "short"})
    assert wrong.startswith("CSBOT_LOOKUPS__ORDER_STATUS__SECRET: lookups.order-status.secret: ")
