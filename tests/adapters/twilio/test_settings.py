"""Settings of the two kinds, and what they make of the channel."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from csbot_twilio import SMS, WHATSAPP
from csbot_twilio.settings import SmsSettings, WhatsAppSettings

ACCOUNT = {"account_sid": "AC1", "auth_token": "not-to-be-shown"}


def sms(**more: object) -> SmsSettings:
    return SmsSettings.model_validate({**ACCOUNT, **more})


def whatsapp(**more: object) -> WhatsAppSettings:
    return WhatsAppSettings.model_validate({**ACCOUNT, **more})


def test_announcing_the_kinds_imports_no_sdk() -> None:
    program = "import sys, csbot_twilio; print([m for m in sys.modules if m.split('.')[0] in {'twilio', 'aiohttp'}])"
    told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("written", ["+15005550006", "whatsapp:+15005550006", " +1 500 555-0006 "])
def test_a_whatsapp_sender_may_be_written_either_way(written: str) -> None:
    assert whatsapp(**{"from": written}).sender == "+15005550006"


@pytest.mark.parametrize(
    ("sender", "only_sends"),
    [("+15005550006", False), ("+90 532 111 22 33", False), ("4411", False), ("SHOP", True), ("Shop 24-7", True)],
)
def test_a_sender_with_letters_only_sends(sender: str, only_sends: bool) -> None:
    settings = sms(**{"from": sender, "whatsapp_link": "https://wa.me/905321112233"})
    assert settings.only_sends is only_sends
    capabilities = SMS.capabilities(settings)
    assert capabilities.inbound is not only_sends
    assert bool(capabilities.continue_link) is only_sends


@pytest.mark.parametrize("sender", ["05321112233", "a name that is too long", "whatsapp:+15005550006", "+1", "ŞİRKET"])
def test_a_sender_twilio_could_not_have_is_refused(sender: str) -> None:
    with pytest.raises(ValidationError, match="country code"):
        sms(**{"from": sender})


def test_somebody_has_to_send() -> None:
    with pytest.raises(ValidationError, match="who sends"):
        sms()
    with pytest.raises(ValidationError, match="who sends"):
        whatsapp()
    assert sms(messaging_service_sid="MG1").only_sends is False


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValidationError, match="fallback_content_sid"):
        sms(**{"from": "SHOP", "fallback_content_sid": "HX1"})


@pytest.mark.parametrize("api_base", ["api.twilio.com", "ftp://x", "https://", "https://x/?a=1"])
def test_an_api_base_is_an_address(api_base: str) -> None:
    with pytest.raises(ValidationError, match="address like"):
        sms(**{"from": "SHOP", "api_base": api_base})


def test_no_secret_is_shown() -> None:
    settings = sms(**{"from": "SHOP", "webhook_key": "nor-this"})
    assert "not-to-be-shown" not in repr(settings)
    assert "nor-this" not in repr(settings)
    with pytest.raises(ValidationError) as caught:
        SmsSettings.model_validate({**ACCOUNT, "from": ""})
    assert "not-to-be-shown" not in str(caught.value)


def test_the_rates_are_twilios_unless_set() -> None:
    assert sms(**{"from": "SHOP"}).rate == 100
    assert whatsapp(**{"from": "+15005550006"}).rate == 80.0
    assert sms(**{"from": "SHOP", "rate": 0}).rate == 0


def test_a_template_is_a_capability_only_where_there_is_one() -> None:
    without = WHATSAPP.capabilities(whatsapp(**{"from": "+15005550006"}))
    assert (without.window_s, without.template_fallback) == (86_400, False)
    with_one = WHATSAPP.capabilities(whatsapp(**{"from": "+15005550006", "fallback_content_sid": "HX1"}))
    assert with_one.template_fallback
