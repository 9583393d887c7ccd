"""Pages of conversations, and one conversation whole, as PostgreSQL reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from csbot.domain.address import Identity
from csbot.domain.conversation import Conversation, ConversationState
from csbot.domain.delivery import DeliveryState
from csbot.domain.reading import ConversationRow, ConversationView, Excerpt, UnsentPart
from csbot.store import cursor
from csbot.store.codec import ADDRESS, TICKET, micros, moment, moment_or_none
from csbot.store.postgres_pool import Row, Transaction
from csbot.store.rows import (
    CONVERSATION,
    IDENTITY,
    LAST_WORD,
    MESSAGE,
    PART,
    UNANSWERED,
    UNSENT,
    conversation,
    identity,
    message_views,
    unsent_part,
)

_ROW = f"""
SELECT {CONVERSATION}, c.updated_at, l.reply_to, l.identity_id AS answered,
       coalesce(o.customer_id, l.customer_id) AS customer,
       coalesce(t.reason, '') AS reason, coalesce(t.priority, '') AS priority,
       coalesce(t.weight, 0) AS weight, coalesce(c.waiting_since, 0) AS since,
       coalesce(t.body, '') AS ticket,
       (SELECT m.text FROM messages m WHERE m.conversation_id = c.id AND m.direction = 'in' ORDER BY m.id DESC LIMIT 1)
           AS last_words,
       {UNANSWERED}
FROM conversations c
JOIN lanes l ON l.id = c.lane_id
LEFT JOIN lanes o ON o.id = l.merged_into
LEFT JOIN tickets t ON t.id = (SELECT max(n.id) FROM tickets n WHERE n.conversation_id = c.id)
{LAST_WORD}
"""

# The lanes of the customers with this address, those that point at them, and the shared ones where they spoke last.
_OF_ADDRESS = """
c.lane_id = ANY(ARRAY(
    SELECT w.id FROM identities a JOIN lanes w ON w.customer_id = a.customer_id WHERE a.address = $1
    UNION
    SELECT y.id FROM identities a JOIN lanes w ON w.customer_id = a.customer_id JOIN lanes y ON y.merged_into = w.id
    WHERE a.address = $1
    UNION
    SELECT s.id FROM identities a JOIN lanes s ON s.identity_id = a.id AND s.customer_id IS NULL WHERE a.address = $1
))
"""
_OF_ANYBODY = "$1 = ''"

_UNSENT = f"""
SELECT {UNSENT} FROM parts p WHERE p.state IN ('parked', 'failed', 'unknown') AND p.state = ANY($1)
ORDER BY p.id DESC LIMIT $2
"""
# By the index of states: what is open and old is found before what is open and new.
_IDLE = f"SELECT {CONVERSATION} FROM conversations c WHERE c.state = 'bot' AND c.updated_at < $1 ORDER BY c.id LIMIT $2"


@dataclass(frozen=True, slots=True)
class _Lists:
    """The queries of each list, for the conversations that `of` picks. `id` is what sorts them."""

    of: str
    id: str

    @property
    def newest(self) -> str:
        return f"{_ROW} WHERE {self.of} AND {self.id} < $3 ORDER BY {self.id} DESC LIMIT $2"

    @property
    def newest_in(self) -> str:
        return f"{_ROW} WHERE {self.of} AND c.state = $4 AND {self.id} < $3 ORDER BY {self.id} DESC LIMIT $2"

    @property
    def line(self) -> str:
        return f"""{_ROW} WHERE {self.of} AND c.state = 'waiting'
            AND (-coalesce(t.weight, 0), coalesce(c.waiting_since, 0), c.id) > ($3::bigint, $4::bigint, $5::bigint)
        ORDER BY coalesce(t.weight, 0) DESC, coalesce(c.waiting_since, 0), c.id LIMIT $2"""


_ANYBODY = _Lists(_OF_ANYBODY, "c.id")
# "+ 0", or the planner may walk everybody's conversations from the newest back until the page is full.
_ADDRESSED = _Lists(_OF_ADDRESS, "c.id + 0")

_OF_IDS = f"{_ROW} WHERE c.id = ANY($1) ORDER BY c.id DESC"
_ONE = f"{_ROW} WHERE c.id = $1"

_OF_CUSTOMERS = f"SELECT {IDENTITY} FROM identities i WHERE i.customer_id = ANY($1) ORDER BY i.id"
_SPEAKERS = f"""
SELECT s.conversation_id AS spoke_in, {IDENTITY}
FROM (
    SELECT DISTINCT conversation_id, identity_id FROM messages
    WHERE conversation_id = ANY($1) AND identity_id IS NOT NULL
) AS s
JOIN identities i ON i.id = s.identity_id
ORDER BY i.id
"""
_MESSAGES = f"""
SELECT {MESSAGE} FROM messages m WHERE m.conversation_id = $1 AND m.id >= $2 AND m.id < $3 ORDER BY m.id DESC LIMIT $4
"""
_PARTS = f"""
SELECT {PART} FROM messages m JOIN parts p ON p.message_id = m.id
WHERE m.conversation_id = $1 AND m.id >= $2 AND m.id < $3 ORDER BY p.message_id, p.position
"""
_GOES_BACK = "SELECT EXISTS (SELECT FROM messages WHERE conversation_id = $1 AND id < $2)"
_TICKET = "SELECT body FROM tickets WHERE conversation_id = $1 ORDER BY id DESC LIMIT 1"
_EARLIER = f"""
SELECT {CONVERSATION} FROM conversations c
WHERE c.id < $1 AND c.lane_id IN (SELECT id FROM lanes WHERE id = $2 UNION SELECT id FROM lanes WHERE merged_into = $2)
ORDER BY c.id DESC LIMIT 20
"""
_LAST_IN = "SELECT last_in_at FROM identities WHERE id = $1"


async def page(
    transaction: Transaction, *, state: ConversationState | None, address: str, after: str, limit: int
) -> tuple[list[ConversationRow], str]:
    """See `Store.conversations`."""
    lists = _ADDRESSED if address else _ANYBODY
    found: Sequence[Row]
    if state is ConversationState.WAITING:
        found = await transaction.fetch(lists.line, address, limit + 1, *cursor.in_line(after))
    elif state is None:
        found = await transaction.fetch(lists.newest, address, limit + 1, cursor.newest(after))
    else:
        found = await transaction.fetch(lists.newest_in, address, limit + 1, cursor.newest(after), state)
    following = ""
    if len(found) > limit:
        found = found[:limit]
        end = found[-1]
        if state is ConversationState.WAITING:
            following = cursor.after_in_line(end["weight"], end["since"], end["id"])
        else:
            following = cursor.after_newest(end["id"])
    return await _rows(transaction, found), following


async def view(transaction: Transaction, *, conversation_id: int, of: Excerpt) -> ConversationView | None:
    """See `Store.conversation`."""
    found = await transaction.fetch(_ONE, conversation_id)
    if not found:
        return None
    [row] = await _rows(transaction, found)
    said = await transaction.fetch(_MESSAGES, conversation_id, of.since, of.before, of.newest)
    first = said[-1]["id"] if said else of.before
    parts = await transaction.fetch(_PARTS, conversation_id, first, of.before)
    ticket = await transaction.fetchval(_TICKET, conversation_id)
    earlier = await transaction.fetch(_EARLIER, conversation_id, row.conversation.lane)
    return ConversationView(
        row=row,
        messages=message_views((message[:] for message in reversed(said)), (part[:] for part in parts)),
        ticket=None if ticket is None else TICKET.load(ticket),
        goes_back=bool(await transaction.fetchval(_GOES_BACK, conversation_id, first)),
        earlier=tuple(conversation(one[:]) for one in earlier),
        last_in_at=moment_or_none(await transaction.fetchval(_LAST_IN, found[0]["answered"])),
    )


async def _rows(transaction: Transaction, found: Sequence[Row]) -> list[ConversationRow]:
    customers = {row["customer"] for row in found if row["customer"] is not None}
    private: dict[int, list[Identity]] = {}
    if customers:
        for row in await transaction.fetch(_OF_CUSTOMERS, list(customers)):
            private.setdefault(row["customer_id"], []).append(identity(row[:]))
    shared = [row["id"] for row in found if row["customer"] is None]
    speakers: dict[int, list[Identity]] = {}
    if shared:
        for row in await transaction.fetch(_SPEAKERS, shared):
            speakers.setdefault(row["spoke_in"], []).append(identity(row[1:]))
    return [
        ConversationRow(
            conversation=conversation(row[:9]),
            channel=ADDRESS.load(row["reply_to"]).channel,
            identities=tuple(
                speakers.get(row["id"], ()) if row["customer"] is None else private.get(row["customer"], ())
            ),
            reason=row["reason"],
            priority=row["priority"],
            updated_at=moment(row["updated_at"]),
            summary=TICKET.load(row["ticket"]).summary if row["ticket"] else "",
            last_words=row["last_words"] or "",
            unanswered_since=moment_or_none(row["unanswered_since"]),
            wrote_again=row["unanswered_since"] is not None and row["by_person"],
        )
        for row in found
    ]


async def unsent(transaction: Transaction, *, states: Sequence[DeliveryState], limit: int) -> list[UnsentPart]:
    """See `Store.unsent_parts`."""
    return [unsent_part(row[:]) for row in await transaction.fetch(_UNSENT, list(states), limit)]


async def idle(transaction: Transaction, *, before: datetime, limit: int) -> list[Conversation]:
    """See `Store.idle_conversations`."""
    return [conversation(row[:]) for row in await transaction.fetch(_IDLE, micros(before), limit)]


async def of_ids(transaction: Transaction, *, ids: Sequence[int]) -> list[ConversationRow]:
    """See `Store.conversations_of`."""
    return await _rows(transaction, await transaction.fetch(_OF_IDS, list(ids)))
