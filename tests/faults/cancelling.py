"""Customers who have an order cancelled, the shop that does it or fails at it, and what must be true of both."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from csbot.content.catalogue import build
from csbot.content.sources import read_sources
from csbot.domain.conversation import ConversationState
from csbot.domain.lookup import Branch
from csbot.sampleshop.orders import Order, Orders, Status
from csbot.sampleshop.shop import CANCEL, STATUS, SampleShop
from tests.faults.customers import LANGUAGES, PHONE_KINDS, ROOT, Visit, Words
from tests.faults.invariants import Violation
from tests.faults.ledger import Books

SECRET = "a secret between csbot and its shop"
MOST = 9999
"""Customers of a run, each with one order that has not left yet."""

WISHES = {
    "tr": ("{number} numaralı siparişimi iptal etmek istiyorum", "{number} numaralı siparişi iptal edin lütfen"),
    "en": ("please cancel order {number}", "i want to cancel my order {number}"),
}
YES, NO = {"tr": "evet", "en": "yes"}, {"tr": "hayır", "en": "no"}


def person(number: int) -> str:
    """The telephone number of the `number`-th customer."""
    return f"+90532{number:07d}"


def order_of(number: int) -> str:
    """The order of the `number`-th customer."""
    return f"4{number:07d}"


def cancelling_visit(number: int, *, seed: int, channels: Sequence[str]) -> Visit:
    """The `number`-th customer wants their order cancelled, and says yes or, one in eight, no when asked whether to.

    One in four says yes by the other app too, since nothing seems to come; others think better of it, too late or not.
    """
    chance = random.Random(f"{seed}/{number}/cancelling")
    channel, other = chance.sample([kind for kind in channels if kind in PHONE_KINDS], 2)
    language = chance.choice(LANGUAGES)
    wish = chance.choice(WISHES[language]).format(number=order_of(number))
    answer = (NO if chance.random() < 0.125 else YES)[language]
    said = [(channel, wish), (channel, answer)]
    second = chance.random()
    if answer == YES[language] and second < 0.5:
        said.append((other, answer) if second < 0.25 else (channel, NO[language]))
    return tuple((Words(channel=by, user=person(number), text=text),) for by, text in said)


@asynccontextmanager
async def cancelling_shop() -> AsyncIterator[SampleShop]:
    """The sample shop with an order of each customer."""
    async with SampleShop(secret=SECRET.encode(), clock=lambda: datetime.now(UTC)) as shop:
        shop.orders = Orders(_order(number) for number in range(1, MOST + 1))
        yield shop


def settings_of(shop: SampleShop) -> Mapping[str, Mapping[str, object]]:
    """The lookups of csbot.toml that it answers."""
    return {name: {"url": shop.url, "secret": SECRET} for name in (STATUS, CANCEL)}


def _order(number: int) -> Order:
    return Order(
        number=order_of(number),
        status=Status.PREPARING,
        place="İzmir",
        expected=date(2026, 12, 1),
        carrier="Turna Kargo",
        owner=(f"phone:{person(number)}",),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """One customer's order at the end of a run: `asked` is how often the shop was asked to cancel it.

    `told`: csbot said that it is cancelled. `unsure`: that it does not know. `handed`: a person has or had them.
    `noted`: agents see what was asked for. `agreed`: the customer said yes.
    """

    number: str
    asked: int
    is_cancelled: bool
    told: bool
    unsure: bool
    handed: bool
    noted: bool
    agreed: bool


def outcomes(shop: SampleShop, books: Books) -> list[Cancelled]:
    """How each order came out that anybody wrote about."""
    lookup = build(read_sources(ROOT), languages=LANGUAGES).lookups[CANCEL]
    asked = Counter(question["slots"]["order_number"] for question in shop.asked if question["changes"])
    orders = {order.number: order for order in shop.orders}
    numbers = {person(n): order_of(n) for n in range(1, MOST + 1)}
    conversations: dict[str, set[int]] = {}
    heard: dict[str, set[str]] = {}
    for one in books.heard:
        conversations.setdefault(numbers[one.user], set()).add(one.conversation)
        heard.setdefault(numbers[one.user], set()).add(one.text)
    said: dict[int, str] = {}
    for word in books.said:
        said[word.conversation] = f"{said.get(word.conversation, '')}\n{word.text}"
    found = []
    for number, where in conversations.items():
        words = "\n".join(said.get(conversation, "") for conversation in where)
        blanks = {"order_number": number}
        found.append(
            Cancelled(
                number=number,
                asked=asked[number],
                is_cancelled=orders[number].status is Status.CANCELLED,
                told=any(text.format(**blanks) in words for text in lookup.answers[Branch.FOUND].values()),
                unsure=any(text.format(**blanks) in words for text in lookup.answers[Branch.UNKNOWN].values()),
                handed=any(books.conversations[one] is not ConversationState.BOT for one in where),
                noted=any(number in note for one in where for note in books.notes.get(one, ())),
                agreed=bool(heard[number] & set(YES.values())),
            )
        )
    return found


def truth_told(found: Sequence[Cancelled]) -> Iterator[Violation]:
    """An order is cancelled after a yes and asked for once; the customer hears the truth, or a person has them."""
    for one in found:
        if one.asked > 1:
            yield Violation(rule="changed twice", what=f"the shop was asked {one.asked} times to cancel {one.number}")
        if one.asked and not one.agreed:
            yield Violation(rule="changed unasked", what=f"nobody said yes to cancelling {one.number}")
        if one.told and not one.is_cancelled:
            yield Violation(rule="untrue", what=f"{one.number} is said to be cancelled and is not")
        if one.unsure and not one.handed:
            yield Violation(rule="untold", what=f"nobody looks what became of {one.number}")
        if one.is_cancelled and not (one.told or one.handed):
            yield Violation(rule="untold", what=f"{one.number} is cancelled, and its customer does not know")
        if one.is_cancelled and not one.noted:
            yield Violation(rule="untold", what=f"{one.number} is cancelled, and agents do not see it")


def figures(found: Sequence[Cancelled]) -> Mapping[str, float]:
    """The run's figures about orders."""
    return {
        "orders written about": len(found),
        "asked to be cancelled": sum(one.asked > 0 for one in found),
        "cancelled": sum(one.is_cancelled for one in found),
        "told that it is": sum(one.told for one in found),
        "told that nobody knows": sum(one.unsure for one in found),
        "with a person": sum(one.handed for one in found),
    }
