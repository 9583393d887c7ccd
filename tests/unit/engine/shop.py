"""A small brand and an understanding engine that knows by heart what each test text means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from csbot.domain.content import (
    Catalogue,
    Entry,
    Form,
    HandoffRule,
    Intent,
    Lookup,
    Phrases,
    Role,
    Slot,
    SlotChoice,
    SlotKind,
)
from csbot.domain.lookup import Branch, FieldKind, LookupField
from csbot.domain.ticket import Priority, Ranked
from csbot.domain.understanding import Understanding


def both(text: str) -> dict[str, str]:
    """A text per language that shows its language."""
    return {"tr": f"{text} tr", "en": f"{text} en"}


def entry(id: str, **more: object) -> Entry:
    """An FAQ entry titled and answered by its id."""
    return Entry(id=id, title=both(id), questions={}, answers=both(f"answer {id}"), **more)  # type: ignore[arg-type]


def intent(id: str, **more: object) -> Intent:
    """An intent titled by its id."""
    return Intent(id=id, title=both(id), **{"examples": {}, **more})  # type: ignore[arg-type]


ORDER = Slot(
    name="order_number",
    kind=SlotKind.ORDER_NUMBER,
    question=both("which order?"),
    pattern="[0-9]{4,10}",
    error=both("4 to 10 digits"),
)
REASON = Slot(
    name="reason",
    kind=SlotKind.CHOICE,
    question=both("why?"),
    choices=(
        SlotChoice(value="late", label={"tr": "Geç geliyor", "en": "Too late"}),
        SlotChoice(value="other", label={"tr": "Başka", "en": "Other"}),
    ),
)
STORY = Slot(name="story", kind=SlotKind.TEXT, question=both("what happened?"))
PHOTO = Slot(name="photo", kind=SlotKind.PHOTO, question=both("a photo?"), optional=True)

KEYS = """
    handoff_next handoff_priority clarify clarify_none helped helped_yes helped_no helped_thanks helped_sorry
    image_only voice_only file_only location_only contact_only sticker_only empty_text emoji_only
    form_cancelled form_invalid form_photo_needed form_gave_up form_skip withdrawn language_unknown
    answer_again take_your_time photo_later part_unknown lookup_none lookup_several lookup_refused lookup_unproven
    lookup_private lookup_code lookup_code_wrong lookup_code_again lookup_away lookup_person lookup_unknown
    confirm_again confirm_yes confirm_no
"""

PHRASES = Phrases(
    say={
        **{key: both(key) for key in KEYS.split()},
        "welcome": both("welcome {brand} {privacy_url}"),
        "welcome_short": both("welcome {brand}"),
        "handoff_waiting": both("place {place} wait {wait}"),
        "handoff_closed": both("closed until {hours}"),
        "wait_minutes": both("{n} min"),
        "wait_hour": both("{n} h"),
    },
    recognise={
        "person": {"tr": ("temsilci", "insanla görüşmek"), "en": ("agent", "a real person")},
        "complaint": {"tr": ("avukat", "hakem heyeti", "dolandırıcı"), "en": ("lawyer", "scam")},
        "withdraw": {"tr": ("vazgeçtim", "boş ver"), "en": ("never mind",)},
        "cancel": {"tr": ("iptal et",), "en": ("cancel",)},
        "moment": {"tr": ("bir dakika",), "en": ("one moment",)},
        "unable": {"tr": ("çekemiyorum",), "en": ("cannot send",)},
        "yes": {"tr": ("evet", "tamam", "👍"), "en": ("yes", "ok")},
        "no": {"tr": ("hayır", "yok"), "en": ("no",)},
    },
)

SHOP = Catalogue(
    version="v1",
    languages=("tr", "en"),
    phrases=PHRASES,
    entries={
        one.id: one
        for one in (
            entry("time", follow_ups=("cost", "gone"), channels={"sms": both("short time")}),
            entry("cost"),
            entry("gone", valid_until=date(2026, 1, 31)),
            entry("secret", sensitive=True),
        )
    },
    intents={
        one.id: one
        for one in (
            intent("greeting", role=Role.GREETING, examples={"tr": ("merhaba",), "en": ("hello",)}, answer=both("hi")),
            intent("thanks", role=Role.THANKS, examples={"tr": ("teşekkürler",), "en": ("thanks",)}, answer=both("np")),
            intent("goodbye", role=Role.GOODBYE, answer=both("bye")),
            intent("person", role=Role.PERSON, handoff=HandoffRule(team="care")),
            intent("complaint", role=Role.COMPLAINT, handoff=HandoffRule(team="care", priority=Priority.URGENT)),
            intent("robot", answer=both("a robot")),
            intent("legal", handoff=HandoffRule(team="legal", priority=Priority.HIGH)),
            intent("data", handoff=HandoffRule(team="data"), sensitive=True),
            intent(
                "cancel",
                form=Form(
                    slots=(ORDER, REASON),
                    done=both("cancelling {order_number}: {reason}"),
                    handoff=HandoffRule(team="orders"),
                ),
            ),
            intent("track", form=Form(slots=(ORDER,), lookup="status")),
            intent("branches", form=Form(slots=(ORDER,), lookup="open")),
            intent("stop", form=Form(slots=(ORDER,), lookup="stopping")),
            intent("check", form=Form(slots=(ORDER,), lookup="status", handoff=HandoffRule(team="orders"))),
            intent("damage", form=Form(slots=(STORY, PHOTO), done=both("noted {story}{photo}"))),
        )
    },
    lookups={
        one.id: one
        for one in (
            Lookup(
                id="status",
                send=("order_number",),
                fields=(
                    LookupField(name="status", kind=FieldKind.CHOICE, values=("there", "gone")),
                    LookupField(name="place", optional=True),
                    LookupField(name="on", kind=FieldKind.DATE, optional=True),
                    LookupField(name="price", kind=FieldKind.MONEY, optional=True, currency="TRY"),
                ),
                by="status",
                cases={
                    "there": both("{order_number} there[ in {place}][ on {on}][ for {price}]"),
                    "gone": both("gone"),
                },
                each=both("one[ in {place}]"),
                answers={Branch.NONE: both("no order {order_number}")},
                handoff=HandoffRule(team="orders", priority=Priority.HIGH),
            ),
            Lookup(id="open", send=("order_number",), personal=False, answers={Branch.FOUND: both("open")}),
            Lookup(
                id="stopping",
                send=("order_number",),
                changes=True,
                first="status",
                confirm=both("stop {order_number}[ in {place}]?"),
                answers={Branch.FOUND: both("stopped {order_number}")},
                refusals={"done": both("done already: {order_number}")},
                instead=("time", "gone"),
                handoff=HandoffRule(team="orders"),
            ),
        )
    },
)


def sure(name: str, language: str = "tr") -> Understanding:
    """Confident of `name`."""
    return Understanding(ranking=(Ranked(name=name, score=0.9),), confident=True, language=language, why="by heart")


def torn(*names: str, language: str = "tr") -> Understanding:
    """Two or three near each other."""
    ranking = tuple(Ranked(name=name, score=0.4) for name in names)
    return Understanding(ranking=ranking, confident=False, close=names, language=language, why="by heart")


def unsure(language: str = "tr") -> Understanding:
    """Nothing known."""
    return Understanding(ranking=(Ranked(name="faq/cost", score=0.1),), confident=False, language=language)


BY_HEART: Mapping[str, Understanding] = {
    "merhaba": sure("greeting"),
    "hello": sure("greeting", "en"),
    "teşekkürler": sure("thanks"),
    "süre": sure("faq/time"),
    "how long": sure("faq/time", "en"),
    "ücret?": sure("faq/cost"),
    "hayır ücret?": sure("faq/cost"),
    "geçmiş": sure("faq/gone"),
    "gizli": sure("faq/secret"),
    "süre mi ücret mi": torn("faq/time", "faq/cost"),
    "yine belirsiz": torn("faq/time", "faq/cost"),
    "eski mi ücret mi": torn("faq/gone", "faq/cost", "thanks"),
    "biri baksın": sure("person"),
    "rezil oldum": sure("complaint"),
    "robot musun": sure("robot"),
    "hukuk": sure("legal"),
    "verimi silin": sure("data"),
    "iptal": sure("cancel"),
    "12345678 iptal": sure("cancel"),
    "kırık": sure("damage"),
    "kargom nerede": sure("track"),
    "4711 nerede": sure("track"),
    "where is 4711": sure("track", "en"),
    "açık mı 4711": sure("branches"),
    "4711 dursun": sure("stop"),
    "dursun": sure("stop"),
    "4711 bak": sure("check"),
    "wann kommt es": unsure("de"),
    "ok": unsure(""),
}


@dataclass
class ByHeart:
    """An Nlu that knows BY_HEART and nothing else; `asked` keeps what it was asked."""

    known: Mapping[str, Understanding] = field(default_factory=lambda: BY_HEART)
    asked: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)

    async def understand(self, text: str, *, language: str = "", expected: Sequence[str] = ()) -> Understanding:
        self.asked.append((text, language, tuple(expected)))
        return self.known.get(text, unsure(""))
