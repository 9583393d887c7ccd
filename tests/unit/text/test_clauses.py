"""Where one message says several things."""

from __future__ import annotations

import pytest

from csbot.text.clauses import adds, asks, joints, opening_words, seams, sentences, without_opening


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Merhaba. Kargo ne kadar? Kaç günde gelir", ["Merhaba.", "Kargo ne kadar?", "Kaç günde gelir"]),
        ("one line\nanother\n\n", ["one line", "another"]),
        ("750.50 TL mi?!", ["750.50 TL mi?!"]),
        ("... !!! \n ?", []),
        ("", []),
    ],
)
def test_sentences_keep_their_marks(text: str, parts: list[str]) -> None:
    assert sentences(text) == tuple(parts)


@pytest.mark.parametrize(
    ("sentence", "parts", "adds"),
    [
        ("kargom nerede bir de iade nasıl", ["kargom nerede", "iade nasıl"], [True]),
        ("where is it and how do I return", ["where is it", "how do I return"], [False]),
        ("bu ne, ayrıca şu ne", ["bu ne", "şu ne"], [True]),
        ("a, b ve c", ["a", "b", "c"], [False, False]),
        ("ve kargom nerede", ["ve kargom nerede"], []),
        ("sevgili andaç", ["sevgili andaç"], []),
        ("10,5 TL", ["10,5 TL"], []),
        ("havale oluyor mu ne zaman gelir", ["havale oluyor mu", "ne zaman gelir"], [False]),
        ("alabilir miyim ve nasıl olur", ["alabilir miyim", "nasıl olur"], [False]),
        ("kırmızısı var mı acaba sizde", ["kırmızısı var mı acaba sizde"], []),
        ("kupon mu hediye çeki mi", ["kupon mu hediye çeki mi"], []),
        ("beyazı var mı iadesi olur mu", ["beyazı var mı", "iadesi olur mu"], [False]),
        ("mimar mısınız", ["mimar mısınız"], []),
    ],
)
def test_words_that_join_are_found_between_others(sentence: str, parts: list[str], adds: list[bool]) -> None:
    found = joints(sentence)
    starts = [0, *(joint.end for joint in found)]
    ends = [*(joint.start for joint in found), len(sentence)]

    assert [sentence[start:end] for start, end in zip(starts, ends, strict=True)] == parts
    assert [joint.adds for joint in found] == adds


@pytest.mark.parametrize(
    ("text", "rest"),
    [("Ayrıca faturam nerede", "faturam nerede"), ("and also this", "this"), ("ve", "ve"), ("android", "android")],
)
def test_an_opening_is_taken_off_where_something_follows(text: str, rest: str) -> None:
    assert without_opening(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        *("x?", "Nasıl yapılır", "iade olur mu", "how much", "can I pay", "alabilir miyim", "neredesiniz"),
        *(
            "değişim istiyorum",
            "fiyatı söyler misiniz",
            "I want a bigger size",
            "I'd like a refund",
            "a receipt please",
        ),
    ],
)
def test_a_question_or_wish_is_known_by_its_mark_or_words(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    ("text", "comes_beside"),
    [
        ("Ayrıca fatura gelmedi", True),
        ("param da iade edilmedi", True),
        ("it is the wrong colour too", True),
        ("fatura gelmedi", False),
        ("evde yoktum", False),
        ("adana'da mağaza", False),
        ("ve", False),
    ],
)
def test_what_comes_beside_another_matter_says_so(text: str, comes_beside: bool) -> None:
    assert adds(text) is comes_beside


@pytest.mark.parametrize(
    "text", ["beden küçük geldi", "I live in Spain", "siparişimi iptal edin", "the zip is broken", ""]
)
def test_what_only_tells_asks_nothing(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [("peki ya kartla", 1), ("ok and by card", 2), ("What about sales?", 2), ("kartla", 0), ("andaç", 0), ("", 0)],
)
def test_words_that_go_on_from_what_was_said_are_counted(text: str, words: int) -> None:
    assert opening_words(text) == words


def _halves(text: str) -> list[tuple[str, str]]:
    return [(text[: seam.start], text[seam.end :]) for seam in seams(text)]


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("how much is shipping can i pay cash at the door", "how much is shipping", "can i pay cash at the door"),
        ("do you ship to germany how long does it take", "do you ship to germany", "how long does it take"),
        ("KARGO NE KADAR TAKSİT VAR MI", "KARGO NE KADAR", "TAKSİT VAR MI"),
        ("iade nasıl yapılır param ne zaman yatar", "iade nasıl yapılır", "param ne zaman yatar"),
    ],
)
def test_where_one_question_may_follow_another_without_a_word_between_them(text: str, first: str, second: str) -> None:
    assert (first, second) in _halves(text)


@pytest.mark.parametrize(
    "text",
    [
        "can i pay when i receive it",
        "which shipping company do you work with",
        "my order number is 12345 where is it",
        "I live in Germany, it never came",
        "kaç para",
        "",
    ],
)
def test_one_question_has_no_place_where_its_halves_both_ask(text: str) -> None:
    assert not _halves(text)


def test_a_lone_n_joins_only_before_another_question() -> None:
    assert [text for text in ("how much is postage n can i pay in parts", "kargo n zaman gelir") if joints(text)] == [
        "how much is postage n can i pay in parts"
    ]
