"""What the core needs from the outside, as protocols: the store and the understanding engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from csbot.domain.changes import Appended, Changes, Outcome
from csbot.domain.content import Catalogue
from csbot.domain.conversation import Conversation, ConversationState
from csbot.domain.delivery import DeliveryState, PartResult
from csbot.domain.events import Event
from csbot.domain.lookup import LookupAnswer, NeedsLookup
from csbot.domain.outbox import Part
from csbot.domain.pause import Pause
from csbot.domain.reading import (
    WHOLE,
    ChatView,
    ConversationRow,
    ConversationView,
    Excerpt,
    Publication,
    UnreadAnswer,
    UnsentPart,
    User,
)
from csbot.domain.reporting import Audited, ChannelHour, ConversationFacts, NotUnderstood
from csbot.domain.turn import LaneWork, Line
from csbot.domain.understanding import Understanding
from csbot.ports.accounts import Accounts as Accounts


class Nlu(Protocol):
    """An understanding engine over one published catalogue."""

    async def understand(self, text: str, *, language: str = "", expected: Sequence[str] = ()) -> Understanding:
        """What `text` means. `language` is the lane's language so far ("": none).

        Never raises for any text; an empty text is never confident. `expected` are names a pending question offers.
        Raises EngineAway where it asks a server that does not answer; an embedded engine never does.
        """
        ...


class NluFactory(Protocol):
    """Builds an engine for a catalogue; the entry points `csbot.nlu` name such functions."""

    def __call__(self, catalogue: Catalogue, settings: Mapping[str, object]) -> Nlu: ...


class Lookups(Protocol):
    """The brand's own systems, asked over the network."""

    async def ask(self, need: NeedsLookup, *, now: datetime) -> LookupAnswer:
        """What the system `need.name` answers, by the deadline of its settings.

        Never raises for anything the system does or is: each failure is a branch. Records of a personal lookup come
        back only when they belong to one of `need.proofs`, or `need.code` is the code sent for `need.challenge`. A
        call that changes something is made once; if it may have arrived and no answer came, the branch is UNKNOWN.
        """
        ...


class Reports(Protocol):
    """What figures are made of."""

    async def conversation_facts(self, *, since: datetime, until: datetime) -> list[ConversationFacts]:
        """The conversations opened from `since` up to before `until`, oldest first."""
        ...

    async def not_understood(self, *, since: datetime) -> list[NotUnderstood]:
        """What was not understood in the conversations opened from `since` on, newest first."""
        ...

    async def count_activity(self, *, before: datetime) -> int:
        """Count the messages from before `before` that are not counted yet, by channel and hour; returns how many."""
        ...

    async def activity(self, *, since: datetime) -> list[ChannelHour]:
        """What was counted from `since` on, in order of the hours."""
        ...

    async def unsent_counts(self) -> Mapping[str, Mapping[DeliveryState, int]]:
        """How many parts are parked, failed and unknown, by channel."""
        ...

    async def audited(self, *, subjects: Sequence[str] = (), limit: int = 50) -> list[Audited]:
        """The latest lines of the audit log, newest first; with `subjects` those of subjects that begin so."""
        ...

    async def conversations_of(self, ids: Sequence[int]) -> list[ConversationRow]:
        """These conversations, newest first; unknown ids are left out."""
        ...


class Store(Reports, Protocol):
    """The one durable place: inbox, lanes, conversations, outbox and everything said. An async context manager.

    Every write is a unit that is written whole or not at all; units given at the same time share one durable commit
    (group commit) and fail alone. A method that returns has committed. Times are given by the caller.
    Raises StoreBusy when the database did not answer in its time, StoreFull when the disk is full; then nothing was
    written or the very same call may be given again without harm.
    """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def accounts(self) -> Accounts:
        """How people come in."""
        ...

    # -- inbox -----------------------------------------------------------------------------------------------------

    async def append(self, events: Sequence[Event], *, now: datetime) -> Appended:
        """Make events durable, each once by (channel, key), in the order given.

        Finds or creates organisation, customer, identity, lane and open conversation. A message stands in the
        transcript at once and, unless it carries `consent`, waits for its turn in its lane (words of an opted-out
        customer wait too). Consent, reachability, edits, reactions and receipts take effect here. An edit, deletion
        or reaction of an unknown message is noted. A receipt for an id not yet known is kept until its part is
        settled. A message releases the parts its chat had parked for a closed window.
        """
        ...

    async def claim_lanes(self, *, worker: str, now: datetime, lease_s: float, limit: int) -> list[LaneWork]:
        """Claim up to `limit` lanes that are due, one claim a lane, oldest due first, with all their waiting messages.

        A claim not given up within `lease_s` seconds may be claimed again.
        """
        ...

    async def commit(self, changes: Changes, *, now: datetime) -> Outcome:
        """Write one decision: see `Changes`. Gives up the lane's claim when `changes.worker` holds it."""
        ...

    async def release_lane(self, lane: int, *, worker: str, retry_at: datetime) -> None:
        """Give a claim up undone after a failure; the lane is due again at `retry_at` and its failures count one
        more.
        """
        ...

    async def next_lane_due(self) -> datetime | None:
        """When the next unclaimed lane is due; None when none waits."""
        ...

    # -- outbox ----------------------------------------------------------------------------------------------------

    async def take_parts(self, *, worker: str, now: datetime, lease_s: float, budget: Mapping[str, int]) -> list[Part]:
        """Mark up to `budget[channel]` parts a channel `sending`, durably, and return them.

        Only heads: no part whose chat has an earlier part queued or sending. Higher `priority` first, then oldest.
        Parts with `not_before` ahead wait. The bot's parts in whose conversation a person has taken over since they
        were written are dropped instead; so are the bot's parts to an opted-out identity (reason "opted out"). Parts
        to an unreachable identity end as GONE.
        """
        ...

    async def settle_parts(self, results: Sequence[PartResult], *, now: datetime) -> None:
        """Record what attempts came to; states only move forward, except a retry back to `queued`.

        Kept receipts for the external ids are applied now. GONE marks the identity unreachable, `opted_out` its
        consent.
        """
        ...

    async def next_part_due(self) -> datetime | None:
        """When the next queued part may be sent; None when none waits."""
        ...

    async def unsent_parts(self, *, states: Sequence[DeliveryState], limit: int = 100) -> list[UnsentPart]:
        """The newest parts in these states (of parked, failed and unknown), newest first."""
        ...

    async def requeue_part(self, part: int, *, now: datetime, by: str = "csbot") -> bool:
        """Send a parked, failed or unknown part again by a person's hand; False when it is in another state.

        Kept in the audit log.
        """
        ...

    async def confirm_part(self, part: int, *, by: str, now: datetime) -> bool:
        """An unknown part has arrived, a person says: it counts as sent. False when it is in another state.

        Kept in the audit log.
        """
        ...

    async def recover(self, *, now: datetime, everything: bool) -> int:
        """After a crash: parts left `sending` become `unknown`, claims are freed; returns how many parts.

        `everything`: this process is the only one, so every claim is dead; otherwise only those past their lease.
        """
        ...

    # -- pauses, content, users ------------------------------------------------------------------------------------

    async def pauses(self, *, now: datetime) -> tuple[Pause, ...]:
        """Pauses and announcements in force."""
        ...

    async def set_pause(self, pause: Pause, *, now: datetime) -> None:
        """Set or replace the pause of that scope and target; an `until` in the past lifts it. Kept in the audit log.

        Pauses that are over are forgotten with it.
        """
        ...

    async def publish_content(
        self, version: str, body: str, *, by: str, now: datetime, restores: int = 0, note: str = ""
    ) -> None:
        """Make this the published content; `body` is the catalogue's sources as JSON. Kept in the audit log.

        `restores` is the publication it takes back to, 0 for content that is new; `note` is for the audit log.
        """
        ...

    async def publications(self, *, limit: int) -> list[Publication]:
        """What was published, newest first; the first is in force."""
        ...

    async def publication_body(self, publication: int) -> str | None:
        """The sources of a publication as they were given; None when there is none of that id."""
        ...

    async def published_content(self) -> tuple[str, str] | None:
        """(version, body) of the published content; None before the first."""
        ...

    async def add_user(self, email: str, *, role: str, now: datetime) -> User:
        """Create the user, or change the role of the one with that e-mail."""
        ...

    async def add_token(self, email: str, digest: str, *, now: datetime) -> bool:
        """Keep a token's hash for a user; False when there is no such user."""
        ...

    async def user_by_token(self, digest: str) -> User | None:
        """Whose token this is; None when unknown or disabled."""
        ...

    # -- reading ---------------------------------------------------------------------------------------------------

    async def line(self) -> Line:
        """The human line as it stands."""
        ...

    async def conversations(
        self, *, state: ConversationState | None, identity: str = "", after: str = "", limit: int = 50
    ) -> tuple[list[ConversationRow], str]:
        """A page of conversations and the cursor of the next ("" at the end).

        Waiting ones come in the order of the line (priority, then longest wait), others newest first. `identity`
        filters by a customer's address on any channel.
        """
        ...

    async def conversation(self, conversation: int, *, messages: Excerpt = WHOLE) -> ConversationView | None:
        """One conversation, with all its messages or these; None when there is none."""
        ...

    async def idle_conversations(self, *, before: datetime, limit: int) -> list[Conversation]:
        """Open conversations the bot holds in which nothing was said or done since `before`, oldest first."""
        ...

    async def lane_work(self, conversation: int) -> LaneWork | None:
        """What an act of an agent needs: the conversation's state and where an answer goes, with no messages
        claimed.
        """
        ...

    async def chat(self, channel: str, user: str, *, after: int | None = None, limit: int = 100) -> ChatView | None:
        """A private chat as the customer of that address sees it; None before their first word.

        Without `after` the newest `limit` messages, else the first `limit` with ids beyond it; oldest first. Notes,
        and words of the same customer on other channels or identities, are never among them.
        """
        ...

    async def issue_pass(self, digest: str, *, channel: str, user: str, now: datetime, expires_at: datetime) -> bool:
        """Keep a pass for the customer of that address; False when nobody has written from there.

        The first private message on another channel that holds it, until `expires_at`, uses it up: its kind becomes
        ARRIVAL, and who sent it is that customer from then on. Of two customers the older stays; if the younger waits
        for a person or has one, and the older does not, that conversation is the one that goes on.
        """
        ...

    async def unread_answers(
        self,
        *,
        on: Sequence[str],
        sent_from: datetime,
        sent_before: datetime,
        reaching: Mapping[str, datetime],
        limit: int = 100,
    ) -> list[UnreadAnswer]:
        """What agents said on the channels `on` in that time and nobody has read, oldest first.

        Only where the same customer can be reached on one of the channels `reaching`, having written there since the
        time given with it: the latest one that they have not told to stop. What has followed already, by the key
        `domain.following.followed`, is left out.
        """
        ...

    async def begin_call(
        self, request: str, *, conversation: int, lookup: str, caller: str, now: datetime
    ) -> LookupAnswer | None:
        """Mark, before it is made, a call that changes something in the brand's systems.

        None: it is marked, make it. Otherwise it must not be made (again): the answer is the one kept, or of branch
        UNKNOWN when an earlier `caller` has begun it and told no end. `caller` names one attempt; the same caller may
        ask again while it has not made the call.
        """
        ...

    async def made_call(self, request: str) -> LookupAnswer | None:
        """What a marked call came to, of branch UNKNOWN while no end is told; None without a mark."""
        ...

    async def lost_calls(self, *, before: datetime, now: datetime) -> list[tuple[int, NeedsLookup, LookupAnswer]]:
        """Give up calls marked before that time of which no end is told; each with its conversation, told once."""
        ...

    async def end_call(self, answer: LookupAnswer, *, now: datetime) -> None:
        """Keep what a marked call came to; the first answer that is not UNKNOWN stays. A no-op without a mark."""
        ...

    async def remembered(self, key: str) -> str | None:
        """The answer kept for an idempotency key; None when the key is new."""
        ...

    async def remember(self, key: str, answer: str, *, now: datetime) -> str:
        """Keep the answer to an act that wrote nothing; returns the one kept, which is the first given for the key."""
        ...

    async def pulses(self, lanes: Sequence[int]) -> Mapping[int, str]:
        """What stands in each of these lanes and in the line (lane 0), as short texts to be compared with earlier ones.

        A lane's changes when something is said or sent in it, when the conversation passes to somebody else, or when
        another is opened. An unknown lane is left out.
        """
        ...

    async def forget(self, *, before: datetime) -> int:
        """Drop what is kept only for a while: answers to idempotency keys, marks of calls, receipts for ids that never
        became known, sessions and invitations that are over, and failed sign-ins, from before `before`; returns how
        many rows.
        """
        ...

    async def counts(self) -> Mapping[str, int]:
        """Gauges for /metrics: waiting, parked, queued, unknown, due_lanes."""
        ...

    async def ping(self) -> None:
        """The store answers and can write; raises StoreError otherwise."""
        ...
