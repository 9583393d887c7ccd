"""What an operator may enter for a Slack app."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from csbot.domain.capabilities import Arrival
from csbot_slack import SPEC
from csbot_slack.settings import SlackSettings


def test_a_token_and_a_secret_are_enough() -> None:
    settings = SlackSettings.model_validate({"kind": "slack", "bot_token": "xoxb-1", "signing_secret": "s"})
    assert (settings.mode, settings.api_base, settings.answer_in) == ("http", "https://slack.com/api/", ())
    assert SPEC.signing(settings)
    assert SPEC.capabilities(settings).arrival == {Arrival.WEBHOOK}


@pytest.mark.parametrize("api_base", ["http://127.0.0.1:9/api", "http://127.0.0.1:9/api/", "http://127.0.0.1:9/api//"])
def test_the_slash_behind_the_api_base_is_optional(api_base: str) -> None:
    assert SlackSettings.model_validate({"bot_token": "x", "api_base": api_base}).api_base == "http://127.0.0.1:9/api/"


def test_socket_mode_needs_its_token_and_no_signing_secret() -> None:
    with pytest.raises(ValidationError, match="app_token"):
        SlackSettings.model_validate({"bot_token": "x", "mode": "socket"})
    settings = SlackSettings.model_validate({"bot_token": "x", "mode": "socket", "app_token": "xapp-1"})
    assert SPEC.signing(settings)
    assert SPEC.capabilities(settings).arrival == {Arrival.PULL}


def test_http_without_a_signing_secret_is_unsigned() -> None:
    assert not SPEC.signing(SlackSettings.model_validate({"bot_token": "x"}))


@pytest.mark.parametrize("value", [["C1", "C2"], "C1,C2", " C1 , C2, "])
def test_channels_to_answer_in_are_a_list_or_one_line(value: object) -> None:
    assert SlackSettings.model_validate({"bot_token": "x", "answer_in": value}).answer_in == ("C1", "C2")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"bot_token": ""},
        {"bot_token": "x", "mode": "rtm"},
        {"bot_token": "x", "api_base": "slack.com/api"},
        {"bot_token": "x", "rate": -1},
        {"bot_token": "x", "tokn": "y"},
    ],
)
def test_a_wrong_setting_is_refused_without_telling_its_value(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        SlackSettings.model_validate({**wrong, "signing_secret": "quite-secret"})
    assert "quite-secret" not in str(caught.value)
