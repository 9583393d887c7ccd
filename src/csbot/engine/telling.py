"""From a decision to what is said and remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from csbot.domain.changes import OwnerChange
from csbot.domain.content import Entry, Intent, Role, Slot
from csbot.domain.conversation import ConversationState, GivenAnswer, Memory, PendingQuestion
from csbot.domain.ticket import Named, Ranked, Reason
from csbot.domain.turn import Say, Turn, TurnContext
from csbot.engine import choices, decisions
from csbot.engine.compose import Voice, fill
from csbot.engine.consulting import ANSWERED
from csbot.engine.decisions import Decision
from csbot.engine.forms import Slots, shown
from csbot.engine.packing import MOST_RANKED, SUMMARY_LIMIT, ticket
from csbot.engine.remembering import remember
from csbot.engine.reporting import remembered, report, told
from csbot.engine.situation import FAQ, Situation

_WITHOUT_WORDS = {"image_only": "🖼", "voice_only": "🎤", "file_only": "📄", "location_only": "📍", "contact_only": "👤"}
"""What the ticket's line shows of a message without words, in any language."""


_MOST_QUOTED = 120
"""Characters of the customer's own words that are said back."""

_ABOUT_AN_INTENT = frozenset({"form", "confirm", "code", "away"})
"""Kinds of questions that are about the intent they name, whatever else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Tells one decision. A turn that says something or changes the owner carries the new memory.

    `ahead` is said before it.
    """

    context: TurnContext
    situation: Situation
    voice: Voice
    now: datetime
    usual_wait_s: float
    ahead: tuple[Say, ...] = ()

    def tell(self, decision: Decision) -> Turn:
        """The turn, but for its word, ranking, language and votes, which do not depend on the decision's kind."""
        turn = self._with_later(self._tell(decision))
        memory = turn.memory
        if memory is None:
            return turn
        asked = decision.asked if isinstance(decision, decisions.HandOff | decisions.Report) else ()
        if asked:
            memory = replace(memory, lookups=remembered(memory.lookups, asked, self.now))
        memory = remember(self.situation, decision, memory)
        return turn if memory is turn.memory else replace(turn, memory=memory)

    def _with_later(self, turn: Turn) -> Turn:
        """The turn; where it leaves nothing open, with what was wanted besides as choices."""
        memory = turn.memory
        if memory is None or not memory.later or turn.owner is not None:
            return turn
        if memory.pending is not None and memory.pending.kind not in ANSWERED:
            return turn
        names = [name for name in memory.later if self.situation.may_answer(name)]
        if not names or not turn.says:
            return replace(turn, memory=replace(memory, later=()))
        offered = choices.follow([(name, self.voice.title(name)) for name in names])
        memory = replace(memory, later=(), pending=PendingQuestion(kind="follow", choices=offered))
        return replace(turn, memory=memory, says=(*turn.says[:-1], replace(turn.says[-1], choices=offered)))

    def _tell(self, decision: Decision) -> Turn:
        match decision:
            case decisions.Listen():
                return Turn(decision="")
            case decisions.Hold():
                return Turn(decision="", hold_until=decision.until)
            case decisions.Withdraw():
                owner = OwnerChange(state=ConversationState.BOT, reason="withdrawn by the customer")
                turn = self._say(self._rested(), self._phrase("withdrawn"))
                return replace(turn, owner=owner, close_ticket=True)
            case decisions.HandOff():
                return self._hand_off(decision)
            case decisions.Answer():
                return self._answer(decision)
            case decisions.Several():
                return self._several(decision)
            case decisions.Clarify():
                question = self.voice.clarify(decision.names)
                asked = self._asked("clarify", question)
                clarified = self.situation.memory.clarified + 1
                return self._say(self._rested(pending=asked, clarified=clarified), question)
            case decisions.Ask():
                return self._ask(decision)
            case decisions.Complete():
                return self._say(self._rested(slots=decision.slots), *self._done(decision.intent, decision.slots))
            case decisions.Consult():
                return Turn(decision="", needs=replace(decision.need, language=self.voice.language))
            case decisions.Report():
                return self._report(decision)
            case decisions.Repeat():
                return self._repeat(decision)
            case decisions.Leave():
                return self._say(self._rested(slots=()), self._phrase("form_cancelled"))
            case decisions.Wordless():
                before = self.situation.memory
                memory = replace(before, last_answer="", unanswered=before.unanswered + 1)
                return self._say(memory, self._phrase(decision.phrase))
            case decisions.GoOn():
                if self.situation.state is ConversationState.WAITING:
                    return self._say(self.situation.memory, self._phrase("gone_on_waiting"))
                return self._beside_a_form(self._phrase("gone_on"))
            case decisions.Bide():
                return self._say(self.situation.memory, self._phrase("take_your_time"))
            case decisions.Thank():
                return self._beside_a_form(self._phrase("helped_thanks"))

    # -- what is said and remembered ----------------------------------------------------------------------------------

    def _hand_off(self, decision: decisions.HandOff) -> Turn:
        slots = self.situation.memory.slots if decision.slots is None else decision.slots
        memory = self._rested(slots=slots, later=())
        turn = Turn(decision="", memory=memory)
        # An opted-out customer gets no word, not even that a person will look.
        if decision.reason is not Reason.OPTED_OUT:
            done = self._done(decision.done, slots) if decision.done else ()
            notice = self.voice.handoff(self.context.line, self.now, usual_wait_s=self.usual_wait_s)
            about = decision.done or decision.subject
            words = (
                (told(decision.told, about, slots, self.voice, today=self.situation.reader.today),)
                if decision.told
                else ()
            )
            turn = self._say(memory, *words, *done, *map(self._lead, decision.lead), notice)
        understanding = self.situation.understanding
        packed = ticket(
            decision,
            brand=self.voice.brand,
            catalogue=self.voice.catalogue,
            identity=self.context.work.identity,
            memory=memory,
            subject=decision.done or decision.subject or self._subject(),
            question=self._in_short(decision),
            slots=self.situation.reader.noticed(self.situation.said, slots),
            ranking=self._ranking(),
            entities=self._named(),
            evidence=understanding.evidence(self.situation.said.text[:SUMMARY_LIMIT]) if understanding else (),
            language=(understanding.language if understanding else "") or self.voice.language,
        )
        owner = OwnerChange(state=ConversationState.WAITING, reason=decision.reason)
        return replace(turn, owner=owner, ticket=packed)

    def _named(self) -> tuple[Named, ...]:
        """What the last text names; a code that was asked for is the number of nothing."""
        pending = self.situation.memory.pending
        typed = pending is not None and pending.kind == "code"
        return () if typed else self.situation.reader.named(self.situation.said.text)

    def _in_short(self, decision: decisions.HandOff) -> str:
        """What the ticket's line quotes, with what was asked for besides."""
        understanding, later = self.situation.understanding, self.situation.memory.later
        several = understanding is not None and understanding.parts
        # A complete form is told by its values; what was said last is only the last of them.
        pending = self.situation.memory.pending
        # A yes or a code says nothing by itself; what did not fit might.
        fits = pending is not None and pending.subject == decision.subject != "" and not decision.lead
        said = "" if (decision.done or fits) and not several else self._question()
        return " + ".join(part for part in (said, *map(self.voice.title, later)) if part)

    def _answer(self, decision: decisions.Answer) -> Turn:
        item = self.situation.item(decision.name)
        assert item is not None
        role = self.situation.role(decision.name)
        says: tuple[Say, ...] = (Say(text=self.voice.answer(item)),)
        if decision.again:
            says = (self._phrase("answer_again"), *says)
        if not role.is_small_talk:
            says = (*self._announced(), *says)
        elif role is Role.GREETING and self._greets:
            # The welcome greets already.
            says = ()
        if decision.aside:
            return self._beside_a_form(*says, last_answer="" if role.is_small_talk else decision.name)
        if role.is_small_talk:
            return self._say(self._rested(), *says)
        asked = {"told_again": self.situation.memory.told_again + 1} if decision.again else {}
        if isinstance(item, Entry):
            return self._answer_entry(item, says, **asked)
        return self._say(self._rested(last_answer=decision.name, **asked), *says)

    def _several(self, decision: decisions.Several) -> Turn:
        """The answers one after another, the last as if it were the only one; or all, and then what else is wanted."""
        items = [(name, item) for name in decision.answers if (item := self.situation.item(name)) is not None]
        lost = tuple(Say(text=self.voice.phrase("part_unknown", part=_short(part))) for part in decision.lost)
        if decision.then is None and not lost and items:
            last = self._after(items[:-1])
            return last._answer(decisions.Answer(name=items[-1][0], why=decision.why))
        after = self._after(items, later=decision.later)
        if decision.then is not None:
            return replace(after, ahead=(*after.ahead, *lost)).tell(decision.then)
        return after._say(after._rested(last_answer=items[-1][0] if items else ""), *lost)

    def _after(self, items: Sequence[tuple[str, Entry | Intent]], *, later: tuple[str, ...] = ()) -> Teller:
        """The same, after the answers of these have been said; `later` is kept in mind."""
        memory = replace(self.situation.memory, later=later or self.situation.memory.later)
        for _, item in items:
            if isinstance(item, Entry):
                memory = replace(memory, faq_tried=_tried(memory, item))
        says = tuple(Say(text=self.voice.answer(item)) for _, item in items)
        ahead = (*self._announced(), *says) if says else ()
        return replace(self, ahead=ahead, situation=replace(self.situation, memory=memory))

    def _announced(self) -> tuple[Say, ...]:
        """What is pinned in front of answers, unless one has been said."""
        return () if self.ahead else self.voice.announcements(self.context.live.pauses, self.now)

    def _answer_entry(self, entry: Entry, says: tuple[Say, ...], **kept: int) -> Turn:
        answered: dict[str, Any] = {"last_answer": FAQ + entry.id, "faq_tried": self._tried(entry), **kept}
        if not self.situation.memory.helped_asked:
            vote = self.voice.vote()
            given = GivenAnswer(
                entry=entry.id, language=self.voice.language, content_version=self.voice.catalogue.version
            )
            pending = replace(self._asked("helped", vote), subject=entry.id)
            memory = self._rested(**answered, pending=pending, helped_asked=True, to_judge=given)
            return self._say(memory, *says, vote)
        names = [FAQ + id for id in entry.follow_ups if id not in self.situation.memory.faq_tried]
        names = [name for name in names if self.situation.may_answer(name)]
        if not names:
            return self._say(self._rested(**answered), *says)
        offered = choices.follow([(name, self.voice.title(name)) for name in names])
        pending = PendingQuestion(kind="follow", choices=offered)
        return self._say(
            self._rested(**answered, pending=pending), *says[:-1], Say(text=says[-1].text, choices=offered)
        )

    def _ask(self, decision: decisions.Ask) -> Turn:
        slot = self._slot(decision.intent, decision.slot)
        assert slot is not None
        question = self.voice.question(slot, again=decision.attempts > 0)
        pending = PendingQuestion(
            kind="form",
            subject=decision.intent,
            name=decision.slot,
            choices=question.choices,
            attempts=decision.attempts,
        )
        return self._say(self._rested(slots=decision.slots, pending=pending), question)

    def _report(self, decision: decisions.Report) -> Turn:
        says, pending = report(
            decision, self.voice, about=self.situation.access.request, today=self.situation.reader.today
        )
        if pending is None or pending.kind in ANSWERED:
            says = (*self._announced(), *says)
        slots = decision.slots if decision.kept is None else decision.kept
        codes = self.situation.memory.codes if decision.codes is None else decision.codes
        return self._say(self._rested(slots=slots, pending=pending, codes=codes), *says)

    def _repeat(self, decision: decisions.Repeat) -> Turn:
        pending = self.situation.memory.pending
        assert pending is not None
        again = (Say(text=pending.words, choices=pending.choices),) if pending.choices else ()
        memory = self._rested(pending=replace(pending, attempts=decision.attempts))
        return self._say(memory, self._phrase(decision.phrase), *again)

    def _beside_a_form(self, *says: Say, last_answer: str = "") -> Turn:
        """Say it, and where a question of a form or for a lookup is open, ask that again."""
        pending = self.situation.memory.pending
        slot = self._slot(pending.subject, pending.name) if pending and pending.kind == "form" else None
        again = (self.voice.question(slot),) if slot else ()
        if pending is not None and pending.words and pending.asked_of == self.situation.access.sender:
            again = (Say(text=pending.words, choices=pending.choices),)
        item = self.situation.item(last_answer)
        memory = self._rested(
            last_answer=last_answer,
            faq_tried=self._tried(item) if isinstance(item, Entry) else self.situation.memory.faq_tried,
            pending=pending if again or (pending and pending.kind == "code") else None,
        )
        return self._say(memory, *says, *again)

    def _say(self, memory: Memory, *says: Say) -> Turn:
        greets = self._greets
        spoken = (self.voice.welcome(), *self.ahead, *says) if greets else (*self.ahead, *says)
        return Turn(
            decision="",
            says=tuple(say for say in spoken if say.text),
            memory=replace(memory, greeted=True) if greets else memory,
            greeted=greets,
        )

    # -- small parts --------------------------------------------------------------------------------------------------

    @property
    def _greets(self) -> bool:
        return self.context.work.first_contact and not self.situation.memory.greeted

    def _rested(self, **changes: Any) -> Memory:
        """The memory with nothing asked and nothing counted, and then `changes`."""
        rested: dict[str, Any] = {
            "pending": None,
            "last_answer": "",
            "last_question": self._read()[:SUMMARY_LIMIT] if changes.get("last_answer") else "",
            "clarified": 0,
            "unanswered": 0,
            "told_again": 0,
        }
        return replace(self.situation.memory, **{**rested, **changes})

    def _phrase(self, key: str) -> Say:
        return Say(text=self.voice.phrase(key))

    def _lead(self, key: str) -> Say:
        """A phrase before the notice of a handoff, which may name the language the customer writes."""
        spoken = self.situation.understanding.language if self.situation.understanding else ""
        return Say(text=self.voice.phrase(key, language=self.voice.language_name(spoken) if spoken else ""))

    def _done(self, name: str, slots: Slots) -> tuple[Say, ...]:
        intent = self.voice.catalogue.intents[name]
        if intent.form is None or not intent.form.done:
            return ()
        return (
            Say(
                text=fill(
                    self.voice.own(intent.form.done),
                    shown(intent.form, slots, self.voice.language, self.voice.catalogue.entities),
                )
            ),
        )

    def _slot(self, intent: str, name: str) -> Slot | None:
        """The slot, unless it is no longer published."""
        item = self.voice.catalogue.intents.get(intent)
        slots = item.form.slots if item and item.form else ()
        return next((slot for slot in slots if slot.name == name), None)

    def _asked(self, kind: str, question: Say) -> PendingQuestion:
        """A question about what was just said, which is kept with it."""
        about, ranking = self._question()[:SUMMARY_LIMIT], self._ranking()[:MOST_RANKED]
        return PendingQuestion(kind=kind, choices=question.choices, asked_about=about, ranking=ranking)

    def _question(self) -> str:
        """What the customer asked: what was last said, be it on a button or without words; where that only answered a
        question of csbot's, what led to that one.
        """
        said, answered = self.situation.said, self._answered()
        if answered is not None:
            return answered.asked_about
        return said.text or (said.picked.label if said.picked else _WITHOUT_WORDS.get(said.wordless, ""))

    def _read(self) -> str:
        """The question as it was read: with the one before it, where it went on from that."""
        understanding = self.situation.understanding
        if understanding is not None and understanding.parts:
            return understanding.parts[-1].text
        return (understanding.read if understanding else "") or self._question()

    def _ranking(self) -> tuple[Ranked, ...]:
        """What those words were understood as."""
        understanding, answered = self.situation.understanding, self._answered()
        if answered is not None:
            return answered.ranking
        return understanding.ranking if understanding is not None else ()

    def _answered(self) -> PendingQuestion | None:
        """The question of csbot's that what was said answers, and says nothing more."""
        said, pending = self.situation.said, self.situation.memory.pending
        if pending is None or not pending.asked_about:
            return None
        picked = choices.pick(pending.choices, said.picked, said.text)
        return pending if picked is not None or self.situation.understanding is None else None

    def _subject(self) -> str:
        """What the conversation is surely about: an open form, or what was understood or chosen."""
        pending = self.situation.memory.pending
        if pending is not None and pending.kind in _ABOUT_AN_INTENT:
            return pending.subject
        name = self.situation.best or self.situation.chosen
        return name if self.situation.item(name) and not self.situation.role(name).is_small_talk else ""

    def _tried(self, entry: Entry) -> tuple[str, ...]:
        return _tried(self.situation.memory, entry)


def _tried(memory: Memory, entry: Entry) -> tuple[str, ...]:
    before = memory.faq_tried
    return (*([id for id in before if id != entry.id] if entry.id in before else before), entry.id)


def _short(part: str) -> str:
    return part if len(part) <= _MOST_QUOTED else part[: _MOST_QUOTED - 1].rstrip() + "…"
