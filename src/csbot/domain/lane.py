"""Lanes: what keeps order and privacy."""

from __future__ import annotations

from collections.abc import Sequence

from csbot.domain.address import Address
from csbot.domain.conversation import ConversationState


def lane_key(address: Address, customer: int) -> str:
    """The name of the lane that words from `address` belong to.

    In private it is the customer's, whatever app they use; in a shared place it is the thread's, so that what is said
    in private and what others can read never meet.
    """
    if address.is_shared:
        return f"place:{address.channel}|{address.place}|{address.thread}"
    return f"customer:{customer}"


def proof_of(person: str) -> str:
    """How two identities of one `person` ("phone:+905321112233") are known to be one customer's."""
    scheme, _, _ = person.partition(":")
    return {"phone": "same phone number", "email": "same e-mail address"}.get(scheme, f"same {scheme}")


def spoken_order(said: Sequence[tuple[str, int]]) -> list[int]:
    """The order in which messages of one burst were said, as indexes; `said` is (channel, sequence) by arrival.

    Where a platform numbers its messages (`sequence` above 0) those of one channel trade places among themselves;
    all others stay where they arrived.
    """
    order = list(range(len(said)))
    numbered: dict[str, list[int]] = {}
    for index, (channel, sequence) in enumerate(said):
        if sequence > 0:
            numbered.setdefault(channel, []).append(index)
    for places in numbered.values():
        for place, index in zip(places, sorted(places, key=lambda i: said[i][1]), strict=True):
            order[place] = index
    return order


def goes_on_in_the_younger(young: ConversationState, old: ConversationState | None) -> bool:
    """Of two customers proven to be one, the conversation of the younger is the one to go on in.

    `young` and `old` are the states of their open conversations (None: the older has none). A customer who waits for a
    person, or has one, must not find the bot again; two that are with people both stay, each with whom it is.
    """
    return old is None or (old is ConversationState.BOT and young is not ConversationState.BOT)
