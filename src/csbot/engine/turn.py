"""A turn: from what was heard to what is said and written. Values in, values out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from csbot.domain.address import Consent
from csbot.domain.brand import Brand
from csbot.domain.changes import Vote
from csbot.domain.content import Catalogue
from csbot.domain.conversation import ConversationState
from csbot.domain.turn import Live, Turn, TurnContext
from csbot.domain.understanding import Understanding
from csbot.engine import choices
from csbot.engine.compose import Voice
from csbot.engine.decisions import Decision
from csbot.engine.hearing import Said, hear, signs
from csbot.engine.policy import decide, verdict
from csbot.engine.reading import read
from csbot.engine.recognise import Cues, Ears
from csbot.engine.situation import Access, Situation
from csbot.engine.telling import Teller
from csbot.engine.understand import Judgement, because, earlier, expected, judge, paused, survey, word
from csbot.ports import Nlu
from csbot.text.clauses import asks


class Engine:
    """Decides turns for one brand. It keeps nothing of any conversation; only what one catalogue listens for.

    `greeting_hold_s` is how long a lone greeting waits for the question behind it, from its arrival; 0: not at all.
    `usual_wait_s` is what a wait for a person is taken for, a place in the line, while nobody has answered of late.
    """

    def __init__(self, *, brand: Brand, greeting_hold_s: float = 6.0, usual_wait_s: float = 300.0) -> None:
        self._brand = brand
        self._hold = timedelta(seconds=greeting_hold_s)
        self._usual_wait_s = usual_wait_s
        self._ears: tuple[Catalogue, Ears] | None = None

    async def turn(self, context: TurnContext, *, nlu: Nlu, now: datetime) -> Turn:
        """What to do about the messages of a claimed lane. `nlu` is the engine of `context.live`'s catalogue."""
        work = context.work
        if not work.heard:
            return Turn(decision="listen", why="nothing was said")
        ears = self._listening(context.live.catalogue)
        said = _as_words(hear(work.heard, is_greeting=ears.is_greeting), context)
        cues, understanding = Cues(), None
        conversation, opted_out = work.conversation, work.identity.consent is Consent.OUT
        if conversation.state is ConversationState.BOT and not opted_out:
            cues = ears.listen(said.text or signs(work.heard))
            if said.text and not cues.is_reply:
                understanding = await read(
                    cues.behind or said.text,
                    nlu=nlu,
                    language=conversation.language,
                    expected=expected(conversation.memory),
                    earlier=earlier(said, conversation.memory, context.live.catalogue, conversation.language),
                )
        elif conversation.state is ConversationState.WAITING:
            cues = ears.listen(said.last)
        hold_until = said.arrived + self._hold
        situation = survey(
            said,
            live=context.live,
            brand=self._brand,
            now=now,
            state=conversation.state,
            memory=conversation.memory,
            opted_out=opted_out,
            paused=paused(context.live.pauses, work.reply_to.channel, work.reply_to.chat, now),
            cues=cues,
            understanding=understanding,
            access=_access(context),
            hold_until=hold_until if self._hold and now < hold_until and not said.opens else None,
        )
        return self._told(context, situation, decide(situation), now)

    async def understand(self, text: str, *, language: str, live: Live, nlu: Nlu, now: datetime) -> Judgement:
        """What a text that begins a conversation would lead to; see `judge`."""
        ears = self._listening(live.catalogue)
        return await judge(text, language=language, live=live, nlu=nlu, brand=self._brand, ears=ears, now=now)

    def _listening(self, catalogue: Catalogue) -> Ears:
        # Made once a catalogue: a turn sees whichever is live, and that seldom changes.
        if self._ears is None or self._ears[0] is not catalogue:
            self._ears = (catalogue, Ears(catalogue))
        return self._ears[1]

    def _told(self, context: TurnContext, situation: Situation, decision: Decision, now: datetime) -> Turn:
        understanding = situation.understanding
        so_far = context.work.conversation.language
        spoken = so_far if _is_a_value(situation) and so_far else self._language(so_far, understanding, situation.cues)
        voice = Voice(
            catalogue=context.live.catalogue, brand=self._brand, language=spoken, channel_kind=context.channel_kind
        )
        teller = Teller(context=context, situation=situation, voice=voice, now=now, usual_wait_s=self._usual_wait_s)
        turn = teller.tell(decision)
        speaks = turn.memory is not None
        votes = _votes(situation) if speaks else ()
        return replace(
            turn,
            decision=word(decision, situation),
            language=spoken if speaks and spoken != context.work.conversation.language else None,
            memory=replace(turn.memory, to_judge=None) if turn.memory and votes else turn.memory,
            votes=votes,
            ranking=understanding.ranking if understanding else (),
            why=because(decision, understanding),
        )

    def _language(self, so_far: str, understanding: Understanding | None, cues: Cues) -> str:
        """The language to speak: what the text tells, else the lane's so far, else the words heard, else the default.

        In a language csbot does not answer in, a customer without one so far is answered in English where it can be.
        """
        languages = self._brand.languages
        told = understanding.language if understanding else ""
        if told in languages:
            return told
        if so_far in languages:
            return so_far
        if told:
            return "en" if "en" in languages else self._brand.default_language
        return cues.language if cues.language in languages else self._brand.default_language


def _is_a_value(situation: Situation) -> bool:
    """An answer to a form's question that is nothing else: names and addresses have words of any language."""
    pending = situation.memory.pending
    asked = pending is not None and pending.kind == "form"
    return asked and not situation.best and not asks(situation.said.text)


def _access(context: TurnContext) -> Access:
    # The first message of a burst: a turn done again after a crash may have heard more, but begins with the same. What
    # proves whom is the identity that wrote last, to which the answer goes, and never one that a pass has joined to it.
    work = context.work
    return Access(
        request=f"{work.reply_to.channel}:{work.heard[0].key}",
        sender=work.identity.id,
        proofs=(work.identity.person,) if work.identity.person else (),
        shared=work.reply_to.is_shared,
        answers=context.answers,
    )


def _as_words(said: Said, context: TurnContext) -> Said:
    """A pressed button that nothing waits for and that names nothing any more is what stood on it."""
    picked = said.picked
    if picked is None:
        return said
    pending = context.work.conversation.memory.pending
    kind, name = choices.named(picked.payload)
    # What stands on another button says nothing about whether something is to be changed.
    if pending and (pending.kind == "confirm" or choices.pick(pending.choices, picked, "")):
        return said
    catalogue = context.live.catalogue
    known = name == choices.NONE or name in catalogue.intents or name.removeprefix("faq/") in catalogue.entries
    if (kind == "helped" and name in {"yes", "no"}) or (kind in {"clarify", "follow"} and known):
        return said
    text = "\n".join(part for part in (picked.label, said.text) if part)
    return replace(said, picked=None, text=text, last=said.last or picked.label, wordless="" if text else "empty_text")


def _votes(situation: Situation) -> tuple[Vote, ...]:
    judged = situation.memory.to_judge
    heard = verdict(situation)
    if judged is None or not heard:
        return ()
    return (
        Vote(
            entry=judged.entry,
            helped=heard == "yes",
            language=judged.language,
            content_version=judged.content_version,
        ),
    )
