"""Each rule is silent about a sound run and speaks up about a broken one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from csbot.channel.imitation import Call, Fault, Shown
from csbot.domain.conversation import ConversationState
from csbot.domain.delivery import DeliveryState
from csbot.domain.message import Author
from tests.faults.agents import Acts
from tests.faults.customers import Words
from tests.faults.invariants import Evidence, explanation, violations
from tests.faults.ledger import Books, Heard, PartRow, Said
from tests.faults.pauses import pauses_kept, tries_spaced
from tests.faults.server import Stop
from tests.faults.world import Message, Traffic

USER = "+905320000001"
NOON = 1_800_000_000.0


def message(text: str, *, posted: float, taken: float) -> Message:
    words = Words(channel="sms", user=USER, text=text)
    return Message(words=words, first_post_at=NOON + posted, first_ack_at=NOON + taken, acks=2)


def heard(id: int, text: str) -> Heard:
    return Heard(id=id, lane=1, conversation=1, channel="sms", user=USER, text=text)


def said(id: int, text: str = "cevap", author: Author = Author.BOT) -> Said:
    return Said(id=id, conversation=1, author=author, text=text)


def call(at: float, *, text: str = "cevap", fault: Fault | None = None, user: str = USER) -> Call:
    moment = datetime.fromtimestamp(NOON + at, UTC)
    return Call(name="send", method="POST", path="/", at=moment, fields={"To": user, "Body": text}, fault=fault)


def shown(id: str) -> Shown:
    return Shown(user=USER, text="cevap", at=datetime.fromtimestamp(NOON, UTC), external_id=id)


PART = PartRow(
    id=7,
    message=3,
    conversation=1,
    channel="sms",
    user=USER,
    to=USER,
    text="cevap",
    state=DeliveryState.DELIVERED,
    reason="",
    external_ids=("SM1",),
    updated_at=NOON + 3,
    written_at=NOON + 2,
)
AGENTS_WORD = said(4, "bakıyorum", Author.AGENT)
UNKNOWN = replace(PART, state=DeliveryState.UNKNOWN, external_ids=(), reason="csbot stopped while", updated_at=NOON + 9)
BOOKS = Books(
    heard=(heard(1, "kargo"), heard(2, "iade")),
    said=(said(3), AGENTS_WORD),
    parts=(PART,),
    conversations={1: ConversationState.BOT},
    unrest={},
)
SOUND = Evidence(
    traffic=Traffic(
        messages=[message("kargo", posted=0, taken=1), message("iade", posted=1.5, taken=2)],
        answers=Counter({200: 4, 503: 1, 0: 2}),
        receipts={("sms", "SM1"): {DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.SENT}},
    ),
    acts=Acts(said=["bakıyorum"], tried=["bakıyorum"]),
    calls={"sms": (call(2),)},
    shown={"sms": (shown("SM1"),)},
    books=BOOKS,
    stops=(Stop(kill=False, at=NOON + 20, took_s=1.0),),
)
KILL = Stop(kill=True, at=NOON + 8, ready_at=NOON + 10)


def with_books(**more: object) -> Evidence:
    return replace(SOUND, books=replace(BOOKS, **more))  # type: ignore[arg-type]


def with_traffic(**more: object) -> Evidence:
    return replace(SOUND, traffic=replace(SOUND.traffic, **more))  # type: ignore[arg-type]


def stopped(**more: object) -> Evidence:
    return replace(SOUND, stops=(replace(SOUND.stops[0], **more),))  # type: ignore[arg-type]


def test_a_sound_run_breaks_no_rule() -> None:
    assert violations(SOUND) == []


@pytest.mark.parametrize(
    ("evidence", "rules"),
    [
        (with_books(heard=(heard(2, "iade"),)), ["lost"]),
        (with_books(heard=(*BOOKS.heard[:1], heard(2, "kargo"), *BOOKS.heard[1:])), ["doubled"]),
        (with_books(heard=(heard(1, "yok"), *BOOKS.heard)), ["invented"]),
        (
            with_traffic(messages=[*SOUND.traffic.messages, replace(message("a", posted=0, taken=0), acks=0)]),
            ["never taken"],
        ),
        (with_traffic(answers=Counter({500: 1})), ["refused"]),
        (with_books(unrest={"lanes claimed": 1}), ["unrest"]),
        (with_books(said=()), ["silence", "lost"]),
        (with_books(said=(), conversations={1: ConversationState.WAITING}), ["silence", "lost"]),
        (with_books(said=(said(3), AGENTS_WORD, AGENTS_WORD)), ["doubled"]),
        (with_books(said=(*BOOKS.said, said(5, "kim", Author.AGENT))), ["doubled"]),
        (replace(SOUND, acts=replace(SOUND.acts, wrong=["two answers"])), ["act"]),
        (with_books(heard=(*BOOKS.heard, heard(9, "sonra"))), ["invented", "silence"]),
        (with_books(parts=(replace(PART, state=DeliveryState.FAILED),)), ["not sent", "receipt ignored"]),
        (replace(SOUND, shown={"sms": (shown("SM1"), shown("SM1"))}), ["sent twice"]),
        (replace(SOUND, shown={"sms": (shown("SM1"), shown("SM2"))}), ["sent twice"]),
        (replace(SOUND, shown={"sms": ()}), ["not sent"]),
        (replace(SOUND, shown={"sms": (replace(shown("SM1"), user="+905320000002"),)}), ["misdirected"]),
        (with_books(parts=(UNKNOWN,)), ["unexplained unknown"]),
        (with_books(heard=(heard(1, "iade"), heard(2, "kargo"))), ["out of order"]),
        (with_books(parts=(replace(PART, state=DeliveryState.SENT),)), ["receipt ignored"]),
        (replace(SOUND, went_back=((7, DeliveryState.SENT, DeliveryState.UNKNOWN),)), ["moved back"]),
        (stopped(exit_code=1), ["drain"]),
        (stopped(took_s=10.5), ["drain"]),
        (stopped(left_sending=frozenset({7})), ["drain"]),
    ],
)
def test_a_broken_run_is_told_by_its_rule(evidence: Evidence, rules: list[str]) -> None:
    assert [violation.rule for violation in violations(evidence)] == rules


@pytest.mark.parametrize(
    ("reason", "stops", "calls", "told"),
    [
        ("csbot stopped", (KILL,), (), "in flight at a kill"),
        ("csbot stopped", (replace(KILL, kill=False),), (), ""),
        ("csbot stopped", (replace(KILL, kill=False),), (call(7, fault=Fault.HANG),), "hung at a stop"),
        ("csbot stopped", (replace(KILL, kill=False, store_away=True),), (), "in flight while the store was away"),
        ("csbot stopped", (replace(KILL, at=NOON + 1),), (), ""),
        ("csbot stopped", (replace(KILL, ready_at=NOON + 8.5),), (), ""),
        ("no answer", (KILL,), (call(7),), ""),
        ("no answer", (), (call(7, fault=Fault.HANG),), "call hung"),
        ("no answer", (), (call(7, fault=Fault.CUT),), "cut after it was sent"),
        ("no answer", (), (call(7, text="other", fault=Fault.CUT),), ""),
    ],
)
def test_an_unknown_outcome_is_explained_by_what_befell_its_call(
    reason: str, stops: tuple[Stop, ...], calls: tuple[Call, ...], told: str
) -> None:
    part = replace(UNKNOWN, reason=reason)
    assert explanation(part, replace(SOUND, stops=stops, calls={"sms": calls})) == told


def test_an_unknown_part_accounts_for_one_message_the_platform_took() -> None:
    unknown = replace(with_books(parts=(UNKNOWN,)), stops=(KILL,))
    assert violations(unknown) == []
    assert [v.rule for v in violations(replace(unknown, shown={"sms": (shown("SM1"), shown("SM2"))}))] == ["sent twice"]


def test_the_order_of_a_lane_counts_unless_its_channels_were_spooled() -> None:
    first, second = SOUND.traffic.messages
    by_whatsapp = replace(first, words=replace(first.words, channel="whatsapp"))
    swapped = replace(
        with_books(heard=(heard(1, "iade"), replace(heard(2, "kargo"), channel="whatsapp"))),
        traffic=replace(SOUND.traffic, messages=[by_whatsapp, second]),
    )
    assert [violation.rule for violation in violations(swapped)] == ["out of order"]
    assert violations(replace(swapped, spooled=True)) == []


@pytest.mark.parametrize(
    ("calls", "broken"),
    [
        ((call(0, fault=Fault.LIMIT), call(4)), []),
        ((call(0, fault=Fault.LIMIT), call(1.5), call(4)), []),
        ((call(0, fault=Fault.LIMIT), call(3, user="+905320000002")), ["pause"]),
    ],
)
def test_a_call_in_a_pause_is_told(calls: tuple[Call, ...], broken: list[str]) -> None:
    assert [violation.rule for violation in pauses_kept({"sms": calls}, 4.0)] == broken


@pytest.mark.parametrize(
    ("calls", "broken"),
    [
        ((call(0, fault=Fault.ERROR), call(2.1, fault=Fault.ERROR), call(6.2)), []),
        ((call(0, fault=Fault.LIMIT), call(1, fault=Fault.ERROR), call(3.1)), []),
        ((call(0, fault=Fault.ERROR), call(1)), ["retry"]),
        ((call(0, fault=Fault.ERROR), call(2.1, fault=Fault.ERROR), call(4.2)), ["retry"]),
        ((call(0, fault=Fault.CUT), call(9)), ["sent twice"]),
    ],
)
def test_a_try_too_soon_is_told(calls: tuple[Call, ...], broken: list[str]) -> None:
    assert [violation.rule for violation in tries_spaced({"sms": calls}, (PART,))] == broken
