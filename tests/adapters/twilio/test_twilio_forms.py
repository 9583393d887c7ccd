"""Forms say what `urllib`'s say."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from hypothesis import given
from hypothesis import strategies as st

from csbot_twilio.forms import encode

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(st.dictionaries(TEXT.filter(bool), TEXT, max_size=5))
def test_a_form_is_written_as_the_library_writes_it(fields: dict[str, str]) -> None:
    assert encode(fields) == urlencode(fields).encode()


def test_a_list_is_a_field_repeated() -> None:
    assert parse_qsl(encode({"MediaUrl": ["a", "b"], "To": "+90"}).decode()) == [
        ("MediaUrl", "a"),
        ("MediaUrl", "b"),
        ("To", "+90"),
    ]
