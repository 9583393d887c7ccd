"""The policy: what is done about what was said. Pure; the first rule that has an answer decides."""

from __future__ import annotations

from collections.abc import Callable

from csbot.domain.content import Entry, HandoffRule, Intent, Role, SlotKind
from csbot.domain.conversation import ConversationState, PendingQuestion
from csbot.domain.ticket import Priority, Reason
from csbot.engine import choices
from csbot.engine.answering import ABOUT_LOOKUPS, answer_about_lookup
from csbot.engine.asking import answer_in_form, begin
from csbot.engine.decisions import (
    Answer,
    Bide,
    Clarify,
    Decision,
    GoOn,
    HandOff,
    Hold,
    Leave,
    Listen,
    Several,
    Thank,
    Withdraw,
    Wordless,
)
from csbot.engine.several import sort
from csbot.engine.situation import Situation

SYMPATHY = ("handoff_priority",)
_MOST_CANDIDATES = 3

_MOST_AGAIN = 2
"""Times one answer is said once more to what is asked on about it."""

_WISHED = 0.4
"""What a wish beside a question is worth at least, to be what a number is told for."""

_WISHED_THEN = 0.25
"""What it was worth at least beside the question before, for a number told after the answer to be told for it."""

_TELLS_A_WISH = frozenset({SlotKind.ORDER_NUMBER, SlotKind.EMAIL, SlotKind.PHONE, SlotKind.PHOTO})
"""Kinds of values that somebody tells who wants something done about them."""

_ASKS_NO_VALUE = frozenset({"helped", "follow", "clarify"})
"""Kinds of questions that no number but a choice's answers."""

_MOST_CLARIFIED = 2
"""Times the same meanings are asked about; a yes tells that one of them is right."""


def decide(situation: Situation) -> Decision:
    """What to do about a burst."""
    for rule in _RULES:
        decision = rule(situation)
        if decision is not None:
            return decision
    return HandOff(reason=Reason.UNSURE, why="nothing fits what was said")


def verdict(situation: Situation) -> str:
    """The customer's word on the answer they were asked about: "yes", "no", or "" when they said none."""
    said, memory, cues = situation.said, situation.memory, situation.cues
    if said.picked is not None:
        kind, name = choices.named(said.picked.payload)
        if kind == "helped":
            return name
    pending = memory.pending
    if pending is None or pending.kind != "helped":
        return ""
    picked = choices.pick(pending.choices, said.picked, said.text)
    if picked is not None:
        return choices.named(picked.payload)[1]
    if cues.yes or cues.no:
        return "yes" if cues.yes else "no"
    # "Well, how much is it?" goes on asking, and votes for nothing.
    return "" if situation.asks_on else cues.leans


def _has_the_word(s: Situation) -> Decision | None:
    if s.state is ConversationState.BOT:
        return None
    if s.state is not ConversationState.WAITING:
        return Listen(why="a person has the conversation" if s.state is ConversationState.HUMAN else "it is closed")
    if s.cues.withdraws and not s.opted_out and not s.paused:
        return Withdraw(why="the customer no longer wants to wait for a person")
    return Listen(why="the conversation waits for a person")


def _comes_over(s: Situation) -> Decision | None:
    # Words besides the pass are answered as what they are; while a person is waited for, nobody else tells the customer
    # that they are in the right place.
    if not s.said.goes_on or s.opted_out or s.paused:
        return None
    waits = s.state is ConversationState.WAITING and not s.cues.withdraws
    if waits or (s.state is ConversationState.BOT and not s.said.text):
        return GoOn(why="the customer goes on here, by a pass")
    return None


def _is_opted_out(s: Situation) -> Decision | None:
    if not s.opted_out:
        return None
    return HandOff(reason=Reason.OPTED_OUT, why="the customer opted out on this sender: no word of the bot's")


def _is_paused(s: Situation) -> Decision | None:
    return HandOff(reason=Reason.PAUSED, why=s.paused) if s.paused else None


def _wants_a_person(s: Situation) -> Decision | None:
    intent = s.with_role(Role.PERSON)
    if s.cues.person:
        why = "asked for a person in so many words"
    elif found := next((name for name in s.meanings if s.role(name) is Role.PERSON), ""):
        why = f"understood as {found}"
    else:
        return None
    rule = (intent and intent.handoff) or HandoffRule()
    priority, lead = (Priority.HIGH, SYMPATHY) if s.cues.complaint else (rule.priority, ())
    return HandOff(reason=Reason.ASKED, team=rule.team, priority=priority, lead=lead, why=why)


def _opens_the_chat(s: Situation) -> Decision | None:
    greeting = s.with_role(Role.GREETING)
    if not s.said.opens or greeting is None:
        return None
    return Answer(name=greeting.id, why="the customer opened the chat")


def _answers_what_was_asked(s: Situation) -> Decision | None:
    if word := verdict(s):
        return _judged(s, word)
    pending = s.memory.pending
    if pending is None:
        return _chose(s, s.chosen) if s.chosen else None
    if pending.kind == "form":
        return _with_answers(s, answer_in_form(s, pending))
    if pending.kind in ABOUT_LOOKUPS:
        return answer_about_lookup(s, pending)
    if pending.kind not in {"clarify", "follow"}:
        return _chose(s, s.chosen) if s.chosen else None
    picked = choices.pick(pending.choices, s.said.picked, s.said.text, loosely=pending.kind == "clarify")
    name = choices.named(picked.payload)[1] if picked else s.chosen
    if name or (name := _waiting_wish(s, pending)):
        return _chose(s, name)
    return _to_a_clarifying(s, pending) if pending.kind == "clarify" else None


def _waiting_wish(s: Situation, pending: PendingQuestion) -> str:
    """The one wish that waited until another was done, if the customer says yes to it; entries offered ask nothing."""
    offered = [choices.named(one.payload)[1] for one in pending.choices]
    waits = pending.kind == "follow" and len(offered) == 1 and isinstance(s.item(offered[0]), Intent)
    return offered[0] if waits and s.cues.yes else ""


def _to_a_clarifying(s: Situation, pending: PendingQuestion) -> Decision | None:
    """A reply to "did you mean one of these?" that picks none of them."""
    if s.cues.no:
        return _chose(s, choices.NONE)
    if s.cues.withdraws or (s.cues.cancels and not s.best):
        return Leave(why="the customer left the question")
    if s.cues.yes or (s.cues.leans == "yes" and not s.best):
        offered = [name for name in (choices.named(one.payload)[1] for one in pending.choices) if name != choices.NONE]
        if len(offered) == 1:
            return _chose(s, offered[0])
        names = tuple(name for name in offered if s.may_answer(name))
        if names and s.memory.clarified < _MOST_CLARIFIED:
            return Clarify(names=names, why="a yes, but not to which of them")
    return None


def _judged(s: Situation, word: str) -> Decision | None:
    # What is said besides a vote is not lost: a clear new question is answered, and the vote counts all the same.
    asks_more = s.best and not s.role(s.best).is_small_talk and s.best != s.memory.last_answer
    if asks_more and (s.said.picked is not None or not (s.cues.yes or s.cues.no)):
        return None
    if word == "yes":
        return Thank(why="the answer helped")
    return HandOff(reason=Reason.NOT_HELPED, lead=("helped_sorry",), why="the answer did not help")


def _chose(s: Situation, name: str) -> Decision:
    if name == choices.NONE:
        return HandOff(reason=Reason.UNSURE, why="none of the meanings offered was right")
    return act(s, name, why=f"the customer chose {name}", chosen=True)


def _asks_for_a_moment(s: Situation) -> Decision | None:
    # Who waits for a code is told more than that there is time.
    waits = s.memory.pending is not None and s.memory.pending.kind == "code"
    return Bide(why="the customer asks for a moment") if s.cues.moment and not s.said.photos and not waits else None


def _has_no_words(s: Situation) -> Decision | None:
    if not s.said.wordless:
        return None
    if s.memory.unanswered:
        return HandOff(reason=Reason.UNREADABLE, why=f"a second message without words ({s.said.wordless})")
    return Wordless(phrase=s.said.wordless, why="a message without words")


def _complains(s: Situation) -> Decision | None:
    intent = s.with_role(Role.COMPLAINT)
    if s.cues.complaint:
        why = "words of a complaint, a threat or an insult"
    elif found := next((name for name in s.meanings if s.role(name) is Role.COMPLAINT), ""):
        why = f"understood as {found}"
    else:
        return None
    rule = (intent and intent.handoff) or HandoffRule()
    priority = max(Priority.HIGH, rule.priority, key=lambda p: p.weight)
    return HandOff(reason=Reason.COMPLAINT, priority=priority, team=rule.team, lead=SYMPATHY, why=why)


def _writes_another_language(s: Situation) -> Decision | None:
    language = s.understanding.language if s.understanding else ""
    if not language or language in s.languages:
        return None
    why = f"written in {language!r}, which csbot does not answer in"
    return HandOff(reason=Reason.LANGUAGE, lead=("language_unknown",), why=why)


def _asks_several(s: Situation) -> Decision | None:
    found = sort(s)
    if not found.is_several:
        return None
    why = "several things in one message"
    names = (*found.answers, *found.wishes)
    # Each of them is new beside the others, so none counts as asked again.
    acts = {name: act(s, name, why=f"{why}: {name}", chosen=True) for name in names}
    begun = [acts[name] for name in found.wishes]
    first = begun[0] if len(begun) == 1 or found.one_by_one else None
    then = next((one for one in acts.values() if isinstance(one, HandOff)), first)
    near = found.wishes if then is None and begun else found.near
    if then is None and near:
        then = Clarify(names=near[:_MOST_CANDIDATES], why=why)
    answers = tuple(name for name in found.answers if isinstance(acts[name], Answer))
    later = found.wishes[1:] if then is not None and then is first else ()
    return Several(answers=answers, then=then, lost=found.lost, later=later, why=f"{why}: {', '.join(names)}")


def _with_answers(s: Situation, decision: Decision | None) -> Decision | None:
    """What is decided in a form, with the answers to what was asked in the same breath."""
    answers = tuple(name for name in sort(s).answers if s.may_answer(name) and not _is_sensitive(s, name))
    if not answers or decision is None or isinstance(decision, Answer | Leave):
        return decision
    return Several(answers=answers, then=decision, why=f"{decision.why}; {', '.join(answers)} asked beside it")


def _is_sensitive(s: Situation, name: str) -> bool:
    item = s.item(name)
    return item is not None and item.sensitive


def _is_understood(s: Situation) -> Decision | None:
    if not s.best:
        return None
    if isinstance(s.item(s.best), Entry) and (wish := _told_for(s)):
        return act(s, wish, why=f"near {s.best} and {wish}, which asks for what stands in the message")
    return act(s, s.best, why=f"confident of {s.best}")


def _told_for(s: Situation) -> str:
    """What may be meant beside a question, and would ask for what is told already; "" for nothing of the kind."""
    ranking = s.understanding.ranking if s.understanding else ()
    near = (one.name for one in ranking[1:_MOST_CANDIDATES] if one.score >= _WISHED)
    return next((name for name in near if _is_told_a_value(s, name) and s.may_answer(name)), "")


def act(s: Situation, name: str, *, why: str, chosen: bool = False) -> Decision:
    """What is done about something surely meant. `chosen`: by a button, which may be pressed twice."""
    item = s.item(name)
    if item is None:
        return HandOff(reason=Reason.UNSURE, why=f"{name} is not published any more")
    if name in s.blocked:
        return _to_a_person(item, Reason.PAUSED, f"{name} is paused")
    if item.sensitive:
        return _to_a_person(item, Reason.SENSITIVE, f"{why}; sensitive")
    if not s.may_answer(name):
        return HandOff(reason=Reason.UNSURE, why=f"{why}, which is not valid today")
    if isinstance(item, Intent) and item.form is not None:
        return begin(s, item, why)
    if isinstance(item, Intent) and item.handoff is not None:
        return _to_a_person(item, Reason.INTENT, why)
    role = s.role(name)
    if role is Role.GREETING and s.hold_until is not None and s.memory.pending is None and not chosen:
        return Hold(until=s.hold_until, why="a lone greeting: the question may follow")
    if name == s.memory.last_answer and not role.is_small_talk and not chosen:
        if s.asks_on and s.memory.told_again < _MOST_AGAIN:
            return Answer(name=name, again=True, why=f"{why}; what is asked on about it stands in its answer")
        return HandOff(reason=Reason.REPEATED, why=f"{name} was asked again right after its answer")
    return Answer(name=name, why=why)


def _to_a_person(item: Entry | Intent, reason: Reason, why: str) -> HandOff:
    rule = (item.handoff if isinstance(item, Intent) else None) or HandoffRule()
    lead = SYMPATHY if rule.priority.weight >= Priority.HIGH.weight else ()
    return HandOff(reason=reason, team=rule.team, priority=rule.priority, lead=lead, why=why)


def _is_a_mere_reply(s: Situation) -> Decision | None:
    """A yes, no or never mind that nobody asked for is taken as manners."""
    if s.cues.withdraws:
        return Leave(why="nothing was left to be withdrawn")
    if s.cues.no and not s.cues.thanks and s.memory.last_answer and s.memory.pending is None:
        return HandOff(reason=Reason.NOT_HELPED, lead=("helped_sorry",), why="no, said to the answer")
    reply = s.with_role(Role.THANKS if s.cues.yes else Role.GOODBYE) if s.cues.yes or s.cues.no else None
    return Answer(name=reply.id, why="a yes or no that answers no question") if reply else None


def _has_near_meanings(s: Situation) -> Decision | None:
    near = s.understanding.close if s.understanding else ()
    names = tuple(name for name in near if s.may_answer(name) and not s.role(name).is_small_talk)
    if near and not names and s.role(near[0]).is_small_talk:
        # Manners taken for others harm nobody, and a person called for a goodbye is a person missed elsewhere.
        return act(s, near[0], why=f"near {near[0]} and nothing else")
    if not names:
        return None
    if len(fitting := [name for name in names if _is_told_a_value(s, name)]) == 1:
        return act(s, fitting[0], why=f"near {fitting[0]}, which asks for what stands in the message")
    if all(_leads_to_a_person(s.item(name)) for name in names):
        # A question first would only keep them waiting; how urgent it is, is for that person to see.
        return HandOff(reason=Reason.UNSURE, why=f"near {', '.join(names)}, which a person sees to in any case")
    if s.memory.clarified:
        return HandOff(reason=Reason.UNSURE, why="not clear after a clarifying question")
    return Clarify(names=names[:_MOST_CANDIDATES], why="near meanings: " + ", ".join(names))


def _leads_to_a_person(item: Entry | Intent | None) -> bool:
    return isinstance(item, Intent) and item.form is None and item.answer is None and item.handoff is not None


def _is_told_a_value(s: Situation, name: str) -> bool:
    """The message holds what the form of that intent would ask for: who tells a number wants something done.

    A day, a town or a colour stands in many a mere question.
    """
    item = s.item(name)
    if not isinstance(item, Intent) or item.form is None:
        return False
    told = dict(s.reader.prefilled(item.form, (), s.said))
    return any(slot.kind in _TELLS_A_WISH for slot in item.form.slots if slot.name in told)


def _is_a_bare_value(s: Situation) -> Decision | None:
    """A number and no word: told for what was near the question before, else looked up by itself, if that is clear."""
    pending = s.memory.pending
    if s.understanding is None or s.understanding.ranking or (pending and pending.kind not in _ASKS_NO_VALUE):
        return None
    near = [one.name for one in pending.ranking if one.score >= _WISHED_THEN] if pending else []
    if pending and pending.kind == "clarify":
        near = [choices.named(one.payload)[1] for one in pending.choices]
    wished = next((name for name in near if _is_told_a_value(s, name) and s.may_answer(name)), "")
    if wished:
        return act(s, wished, why=f"a number, told for {wished}")
    looked_up = [intent for intent in s.catalogue.intents.values() if _is_looked_up(s, intent)]
    return act(s, looked_up[0].id, why="a bare number") if len(looked_up) == 1 else None


def _is_looked_up(s: Situation, intent: Intent) -> bool:
    form = intent.form
    lookup = s.catalogue.lookups.get(form.lookup) if form else None
    if form is None or lookup is None or lookup.changes or len(form.slots) != 1:
        return False
    return bool(s.reader.value(form.slots[0], s.said)) and s.may_answer(intent.id)


_RULES: tuple[Callable[[Situation], Decision | None], ...] = (
    _comes_over,
    _has_the_word,
    _is_opted_out,
    _is_paused,
    _wants_a_person,
    _opens_the_chat,
    _asks_for_a_moment,
    _answers_what_was_asked,
    _has_no_words,
    _complains,
    _writes_another_language,
    _asks_several,
    _is_understood,
    _is_a_bare_value,
    _is_a_mere_reply,
    _has_near_meanings,
)
