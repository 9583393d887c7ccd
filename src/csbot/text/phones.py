"""Phone numbers in one spelling."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers


@lru_cache(maxsize=4096)
def e164(number: str, region: str | None = None) -> str:
    """The number as E.164 ("+905321112233"); empty when it is no possible phone number.

    `region` ("TR") reads numbers written without a country code.
    """
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
