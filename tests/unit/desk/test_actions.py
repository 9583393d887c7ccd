"""The agent's verbs: what each writes, and what each refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from csbot.desk import actions
from csbot.desk.errors import AlreadyHeld, Closed, DeskError, NothingSaid, NotHolder, NotWaiting
from csbot.domain.address import Address, Identity
from csbot.domain.changes import Changes, Idempotency
from csbot.domain.conversation import Conversation, ConversationState, Memory, PendingQuestion
from csbot.domain.message import Author, InboundMessage, MessageKind, OutgoingPart
from csbot.domain.turn import Heard, LaneWork
from csbot.evaluation.conversing import START

AYSE, MEHMET = "ayse@lale.example", "mehmet@lale.example"
MEMORY = Memory(
    pending=PendingQuestion(kind="clarify"),
    told=(("order_number", "4711"),),
    told_by=1,
    faq_tried=("time",),
    last_answer="faq/time",
    clarified=1,
)
ONCE = Idempotency(key="k1", answer="{}")
PARTS = (OutgoingPart(text="Merhaba"),)


def work(state: ConversationState, holder: str = "") -> LaneWork:
    return LaneWork(
        lane=7,
        conversation=Conversation(id=3, lane=7, state=state, epoch=4, holder=holder, memory=MEMORY),
        identity=Identity(id=1, customer=1, channel="sms", address="+905321112233"),
        reply_to=Address(channel="sms", user="+905321112233"),
        heard=(Heard(event=11, message=21, received_at=START, body=InboundMessage(external_id="")),),
    )


BOT, WAITING, CLOSED = work(ConversationState.BOT), work(ConversationState.WAITING), work(ConversationState.CLOSED)
HERS, HIS = work(ConversationState.HUMAN, AYSE), work(ConversationState.HUMAN, MEHMET)


def claim(at: LaneWork) -> Changes:
    return actions.claim(at, agent=AYSE, once=ONCE)


def reply(at: LaneWork) -> Changes:
    return actions.reply(at, agent=AYSE, text="Merhaba", parts=PARTS, once=ONCE)


def note(at: LaneWork) -> Changes:
    return actions.note(at, agent=AYSE, text="iade edildi", once=ONCE)


def give_back(at: LaneWork) -> Changes:
    return actions.give_back(at, agent=AYSE, once=ONCE)


def close(at: LaneWork) -> Changes:
    return actions.close(at, agent=AYSE, once=ONCE)


def withdraw(at: LaneWork) -> Changes:
    return actions.withdraw(at, once=ONCE)


@pytest.mark.parametrize(
    ("act", "at", "owner", "verb"),
    [
        (claim, WAITING, (ConversationState.HUMAN, AYSE, AYSE), "claim"),
        (claim, BOT, (ConversationState.HUMAN, AYSE, AYSE), "claim"),
        (claim, HERS, None, ""),
        (reply, HERS, None, "reply"),
        (note, HIS, None, "note"),
        (note, CLOSED, None, "note"),
        (give_back, HERS, (ConversationState.BOT, "", AYSE), "return"),
        (give_back, WAITING, (ConversationState.BOT, "", AYSE), "return"),
        (give_back, BOT, None, ""),
        (close, HERS, (ConversationState.CLOSED, "", AYSE), "close"),
        (close, WAITING, (ConversationState.CLOSED, "", AYSE), "close"),
        (close, BOT, (ConversationState.CLOSED, "", AYSE), "close"),
        (close, CLOSED, None, ""),
        (withdraw, WAITING, (ConversationState.BOT, "", "customer"), "withdraw"),
    ],
)
def test_each_act_changes_the_owner_and_the_audit_log_and_nothing_behind_their_backs(
    act: Callable[[LaneWork], Changes], at: LaneWork, owner: tuple[ConversationState, str, str] | None, verb: str
) -> None:
    changes = act(at)
    assert (changes.conversation, changes.lane, changes.expected_epoch) == (3, 7, 4)
    assert (changes.worker, changes.idempotency, changes.ticket, changes.votes) == ("", ONCE, None, ())
    made = changes.owner and (changes.owner.state, changes.owner.holder, changes.owner.by)
    assert made == owner
    assert [(entry.act, entry.subject) for entry in changes.audit] == ([(verb, "conversation 3")] if verb else [])


@pytest.mark.parametrize(
    ("act", "at", "error", "holder"),
    [
        (claim, HIS, AlreadyHeld, MEHMET),
        (claim, CLOSED, Closed, None),
        (reply, HIS, NotHolder, MEHMET),
        (reply, WAITING, NotHolder, ""),
        (reply, BOT, NotHolder, ""),
        (reply, CLOSED, Closed, None),
        (give_back, HIS, NotHolder, MEHMET),
        (give_back, CLOSED, Closed, None),
        (close, HIS, NotHolder, MEHMET),
        (withdraw, BOT, NotWaiting, None),
        (withdraw, HERS, NotWaiting, None),
    ],
)
def test_an_act_out_of_turn_is_refused_and_tells_who_has_the_conversation(
    act: Callable[[LaneWork], Changes], at: LaneWork, error: type[DeskError], holder: str | None
) -> None:
    with pytest.raises(error) as refused:
        act(at)
    assert getattr(refused.value, "holder", None) == holder
    assert (holder or "") in str(refused.value)


def test_a_reply_goes_where_the_lane_last_wrote_from_ahead_of_the_bots_words() -> None:
    changes = reply(HERS)
    (message,) = changes.messages
    assert changes.to == HERS.reply_to
    assert (message.author, message.author_name, message.text, message.parts) == (Author.AGENT, AYSE, "Merhaba", PARTS)
    assert message.priority > 1


def test_a_note_has_no_parts() -> None:
    (message,) = note(WAITING).messages
    assert (message.kind, message.text, message.parts) == (MessageKind.NOTE, "iade edildi", ())


def test_saying_nothing_is_refused() -> None:
    with pytest.raises(NothingSaid):
        actions.reply(HERS, agent=AYSE, text="", parts=())
    with pytest.raises(NothingSaid):
        actions.note(HERS, agent=AYSE, text=" \n")


def test_what_was_written_to_a_person_is_not_answered_by_the_bot_after_the_return() -> None:
    changes = give_back(HERS)
    assert (changes.consumed, changes.close_ticket) == ((11,), True)
    assert changes.memory == Memory(faq_tried=("time",))


def test_a_claim_drops_what_the_bot_had_asked() -> None:
    assert claim(WAITING).memory == replace(MEMORY, pending=None)


def test_a_conversation_is_taken_over_from_the_one_who_is_named_and_from_nobody_else() -> None:
    made = actions.take_over(HIS, agent=AYSE, holder=MEHMET, once=ONCE)
    assert made.owner is not None
    assert (made.owner.state, made.owner.holder, made.owner.by) == (ConversationState.HUMAN, AYSE, AYSE)
    assert made.owner.reason == f"taken over from {MEHMET}"
    assert [(entry.actor, entry.act, entry.detail) for entry in made.audit] == [(AYSE, "take over", f"from {MEHMET}")]
    assert (made.expected_epoch, made.idempotency, made.close_ticket, made.memory) == (4, ONCE, False, None)
    with pytest.raises(AlreadyHeld, match=MEHMET):
        actions.take_over(HIS, agent=AYSE, holder="deniz@lale.example")
    with pytest.raises(Closed):
        actions.take_over(CLOSED, agent=AYSE, holder=MEHMET)
    assert actions.take_over(WAITING, agent=AYSE, holder=MEHMET) == actions.claim(WAITING, agent=AYSE)
    assert actions.take_over(HERS, agent=AYSE, holder=MEHMET).owner is None
