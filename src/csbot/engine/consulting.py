"""The policy about lookups: what a brand's system is asked, and what is done about what it answers. Pure.

A decision that needs an answer is `Consult`; the turn is then decided once more with the answer in the situation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from csbot.domain.content import Form, HandoffRule, Intent, Lookup, Role
from csbot.domain.conversation import Codes, PendingQuestion
from csbot.domain.lookup import AskedLookup, Branch, LookupAnswer, NeedsLookup, Value
from csbot.domain.ticket import Priority, Reason
from csbot.engine.decisions import Consult, Decision, HandOff, Report, Told
from csbot.engine.forms import ATTEMPTS, Slots
from csbot.engine.situation import FAQ, Situation

OWN_WORDS: Mapping[Branch, str] = {
    Branch.SEVERAL: "lookup_several",
    Branch.NONE: "lookup_none",
    Branch.REFUSED: "lookup_refused",
    Branch.UNPROVEN: "lookup_unproven",
    Branch.CODE: "lookup_code",
    Branch.LATE: "lookup_away",
    Branch.DOWN: "lookup_away",
    Branch.WRONG: "lookup_away",
    Branch.UNKNOWN: "lookup_unknown",
}
"""csbot's own words for what an author has left out."""

ANSWERED = frozenset({"more", "private"})
"""Kinds of pending questions that ask for nothing: all is said."""

_MOST_CODES = 5
"""Codes sent in one conversation before one was right; who needs more is guessing, or annoying somebody."""

_MOST_LINES = 5
"""Records told of several; who has more wants a person or the brand's own page."""


def in_public(s: Situation, intent: Intent) -> Decision | None:
    """What is done where others read along about an intent that tells personal things: nothing is asked there."""
    lookup = s.catalogue.lookups.get(intent.form.lookup) if intent.form else None
    if lookup is None or not lookup.personal or not s.access.shared:
        return None
    pending = s.memory.pending
    if pending is not None and pending.kind == "private" and pending.subject == intent.id:
        why = f"{intent.id} was asked for again in a place others read"
        return HandOff(reason=Reason.NOT_PROVEN, team=lookup.handoff.team, why=why)
    return Report(
        intent=intent.id,
        told=(Told(text=s.catalogue.phrases.say["lookup_private"]),),
        asks=PendingQuestion(kind="private", subject=intent.id),
        why=f"{intent.id} is personal, and others read along here",
    )


def consult(s: Situation, intent: Intent, form: Form, slots: Slots, why: str) -> Decision:
    """What is done once all of a form that ends in a lookup is known."""
    lookup = s.catalogue.lookups.get(form.lookup)
    if lookup is None:
        return HandOff(reason=Reason.UNSURE, slots=slots, why=f"{form.lookup} is not published any more")
    why = f"{why}; the form is complete"
    asked = Consultation(s=s, intent=intent, form=form, lookup=lookup, slots=slots, why=why)
    pending = s.memory.pending
    if pending is not None and pending.kind == "more" and _sent(lookup, slots) == _sent(lookup, s.memory.slots):
        # The code just typed for this is as good for what is asked next about the same.
        asked = asked.shown_by(pending)
    return in_public(s, intent) or asked.go()


def who_goes_on(s: Situation, form: Form) -> HandoffRule:
    """The people for what a form does not come to by itself."""
    lookup = s.catalogue.lookups.get(form.lookup)
    return form.handoff or (lookup.handoff if lookup else HandoffRule())


def _code_of(need: NeedsLookup) -> str:
    """The request that asks for a code about the same."""
    return f"{need.request}:code"


def _sent(lookup: Lookup, slots: Slots) -> Slots:
    return tuple((name, value) for name, value in slots if name in lookup.send and value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """Asking one lookup for one customer: first the one before it, then whether it may change something, then itself.

    `code` was typed for `challenge`, by the message now heard if `typed`, after `attempts` wrong ones; `words` asked
    for it. `call` is the request of the change that the customer has just said yes to.
    """

    s: Situation
    intent: Intent
    form: Form
    lookup: Lookup
    slots: Slots
    why: str
    challenge: str = ""
    code: str = ""
    typed: bool = False
    attempts: int = 0
    words: str = ""
    call: str = ""

    def shown_by(self, pending: PendingQuestion) -> Consultation:
        """The same with the code typed before, if it was the one who asks now: a pass may have joined two people."""
        if not pending.code or pending.asked_of != self.s.access.sender:
            return self
        return replace(self, challenge=pending.challenge, code=pending.code)

    def go(self) -> Decision:
        """The next step: a question to a system, one to the customer, or what has come of it."""
        return self._with_asked(self._next())

    def _with_asked(self, decision: Decision) -> Decision:
        return replace(decision, asked=self._asked()) if isinstance(decision, HandOff | Report) else decision

    def _next(self) -> Decision:
        first = self.s.catalogue.lookups.get(self.lookup.first)
        record: Mapping[str, Value] = {}
        if first is not None:
            answer = self._answer(self._need(first))
            if not isinstance(answer, LookupAnswer):
                return answer
            if answer.branch is not Branch.FOUND:
                return self._came_to(first, answer)
            record = answer.records[0]
            if not self.call and (reason := self.lookup.refused_when.get(str(record.get(first.by)))) is not None:
                return self._refused(self.lookup, reason)
        if self.lookup.changes and not self.call:
            asked = Told(text=self.lookup.confirm, fields=first.fields if first else (), record=record)
            return self._report("may it be changed", asked, asks=self._asks("confirm", call=self._request(self.lookup)))
        answer = self._answer(self._need(self.lookup))
        return self._came_to(self.lookup, answer) if isinstance(answer, LookupAnswer) else answer

    def came_to(self, answer: LookupAnswer) -> Decision:
        """What is done about an answer to the lookup itself."""
        return self._with_asked(self._came_to(self.lookup, answer))

    # -- asking -------------------------------------------------------------------------------------------------------

    def _asked(self) -> tuple[AskedLookup, ...]:
        """What has been asked in this turn; where a code was asked for, that."""
        lookups = (self.s.catalogue.lookups.get(self.lookup.first), self.lookup)
        asked = []
        for need in (self._need(lookup) for lookup in lookups if lookup is not None):
            answer = self.s.access.answer(_code_of(need)) or self.s.access.answer(need.request)
            if answer is not None:
                asked.append(AskedLookup.of(need, answer))
        return tuple(asked)

    def _request(self, lookup: Lookup) -> str:
        return f"{self.s.access.request}:{lookup.id}"

    def _need(self, lookup: Lookup) -> NeedsLookup:
        shown = lookup.personal
        return NeedsLookup(
            name=lookup.id,
            # Named by the question that was said yes to, be the yes heard once more, in other company or elsewhere.
            request=self.call if lookup.changes and self.call else self._request(lookup),
            slots=_sent(lookup, self.slots),
            fields=lookup.fields,
            personal=shown,
            changes=lookup.changes,
            proofs=self.s.access.proofs if shown else (),
            challenge=self.challenge if shown else "",
            code=self.code if shown else "",
            family=self.lookup.first or self.lookup.id,
        )

    def _answer(self, need: NeedsLookup) -> LookupAnswer | Consult:
        answer = self.s.access.answer(need.request)
        return answer or Consult(need=need, intent=self.intent.id, why=f"{self.why}: asks {need.name}")

    # -- what has come of it ------------------------------------------------------------------------------------------

    def _came_to(self, lookup: Lookup, answer: LookupAnswer) -> Decision:
        match answer.branch:
            case Branch.FOUND:
                told = self._of_record(answer.records[0])
                if not told.text:
                    # Kept from a call under an earlier content, whose words went by another field.
                    return self._hand_off(lookup, Reason.UNSURE, "found, and there are no words for it")
                return self._found(told)
            case Branch.SEVERAL:
                return self._several(lookup, answer)
            case Branch.NONE:
                return self._none(lookup)
            case Branch.REFUSED:
                return self._refused(lookup, answer.reason)
            case Branch.UNPROVEN | Branch.CODE:
                return self._unproven(lookup, answer)
            case Branch.UNKNOWN:
                return self._hand_off(
                    lookup, Reason.OUTCOME_UNKNOWN, answer.why, Branch.UNKNOWN, priority=Priority.HIGH
                )
            case Branch.LATE | Branch.DOWN | Branch.WRONG:
                return self._away(lookup, answer)

    def _refused(self, lookup: Lookup, reason: str) -> Decision:
        person = self.s.with_role(Role.PERSON)
        instead = tuple(FAQ + id for id in lookup.instead if self.s.may_answer(FAQ + id))
        offers = (*instead, *((person.id,) if person else ()))
        words = lookup.refusals.get(reason)
        told = Told(text=words) if words else self._words(lookup, Branch.REFUSED)
        return self._report(f"refused: {reason}" if reason else "refused", told, offers=offers)

    def _found(self, *told: Told) -> Decision:
        rule, why = self.form.handoff, f"{self.why}: found"
        if rule is None:
            return self._report("found", *told, asks=self._asks("more"))
        return HandOff(
            reason=Reason.FORM,
            team=rule.team,
            priority=rule.priority,
            told=told,
            slots=self.slots,
            done=self.intent.id,
            why=why,
        )

    def _of_record(self, record: Mapping[str, Value], *, among: bool = False) -> Told:
        lookup = self.lookup
        text = lookup.cases.get(str(record.get(lookup.by, "")), lookup.answers.get(Branch.FOUND, {}))
        return Told(text=(among and lookup.each) or text, fields=lookup.fields, record=record)

    def _several(self, lookup: Lookup, answer: LookupAnswer) -> Decision:
        if lookup is not self.lookup or lookup.changes:
            # Which of them is to be changed is nothing to guess.
            return self._hand_off(lookup, Reason.UNSURE, f"{len(answer.records)} records found")
        lines = (self._of_record(record, among=True) for record in answer.records[:_MOST_LINES])
        return self._found(self._words(lookup, Branch.SEVERAL), *lines)

    def _none(self, lookup: Lookup) -> Decision:
        told = self._words(lookup, Branch.NONE)
        name = next((slot.name for slot in self.form.slots if slot.name in lookup.send), "")
        if not name:
            return self._report("there is none", told)
        pending = self.s.memory.pending
        asked = pending is not None and pending.kind == "form" and pending.name == name
        attempts = (pending.attempts if pending and asked else 0) + 1
        if attempts >= ATTEMPTS:
            why = f"nothing was found for {attempts} answers"
            return replace(self._hand_off(lookup, Reason.FORM_FAILED, why), lead=("form_gave_up",))
        again = PendingQuestion(kind="form", subject=self.intent.id, name=name, attempts=attempts)
        rest = tuple((key, value) for key, value in self.slots if key != name)
        return replace(self._report("there is none", told, asks=again), kept=rest)

    def _unproven(self, lookup: Lookup, answer: LookupAnswer) -> Decision:
        codes = self.s.memory.codes
        if self.code and self.typed:
            codes = replace(codes, wrong=codes.wrong + 1)
            if codes.wrong < ATTEMPTS:
                asks = replace(self._asks("code"), attempts=self.attempts + 1, code="", words=self.words)
                wrong = Told(text=self.s.catalogue.phrases.say["lookup_code_wrong"])
                return replace(self._report("not the code", wrong, asks=asks), codes=codes)
            return self._hand_off(lookup, Reason.NOT_PROVEN, f"{codes.wrong} wrong codes", Branch.UNPROVEN)
        if codes.sent >= _MOST_CODES:
            return self._hand_off(lookup, Reason.NOT_PROVEN, f"{codes.sent} codes were sent", Branch.UNPROVEN)
        asked = replace(self._need(lookup), changes=False, challenge="", code="", send_code=True)
        asked = replace(asked, request=_code_of(asked))
        sent = self._answer(asked)
        if not isinstance(sent, LookupAnswer):
            return sent
        if sent.branch is Branch.CODE:
            asks = replace(self._asks("code"), challenge=sent.challenge, code="")
            told = self._report("a code goes to the contact on file", self._words(lookup, Branch.CODE), asks=asks)
            return replace(told, codes=replace(codes, sent=codes.sent + 1))
        if sent.branch.failed:
            return self._away(lookup, sent)
        return self._hand_off(lookup, Reason.NOT_PROVEN, sent.why or answer.why, Branch.UNPROVEN)

    def _away(self, lookup: Lookup, answer: LookupAnswer) -> Decision:
        asks = replace(self._asks("away"), challenge="", code="")
        return self._report(f"{answer.branch.value}: {answer.why}", self._words(lookup, answer.branch), asks=asks)

    # -- small parts --------------------------------------------------------------------------------------------------

    def _words(self, lookup: Lookup, branch: Branch) -> Told:
        return Told(text=lookup.answers.get(branch) or self.s.catalogue.phrases.say[OWN_WORDS[branch]])

    def _asks(self, kind: str, *, call: str = "") -> PendingQuestion:
        return PendingQuestion(
            kind=kind,
            subject=self.intent.id,
            challenge=self.challenge,
            code=self.code,
            asked_of=self.s.access.sender,
            call=call,
        )

    def _report(
        self, why: str, *told: Told, asks: PendingQuestion | None = None, offers: tuple[str, ...] = ()
    ) -> Report:
        return Report(
            intent=self.intent.id,
            told=told,
            slots=self.slots,
            asks=asks,
            offers=offers,
            # Only a right code leads to more being done with it.
            codes=Codes() if asks and asks.code else None,
            why=f"{self.why}: {why}",
        )

    def _hand_off(
        self,
        lookup: Lookup,
        reason: Reason,
        why: str,
        branch: Branch | None = None,
        *,
        priority: Priority | None = None,
    ) -> HandOff:
        return HandOff(
            reason=reason,
            team=lookup.handoff.team,
            priority=priority or lookup.handoff.priority,
            told=(self._words(lookup, branch),) if branch else (),
            slots=self.slots,
            subject=self.intent.id,
            why=f"{self.why}: {why}",
        )
