"""The content format: what may stand in each kind of file. The JSON Schemas for editors are made from these models."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, create_model

from csbot.content.own_words import ANSWERS, LABEL_LIMIT, RECOGNISE, SAY
from csbot.domain.content import Role, SlotKind
from csbot.domain.lookup import Branch, FieldKind
from csbot.domain.ticket import Priority

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
SlotName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Value = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=40)]
ChannelKind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]

Label = Annotated[str, StringConstraints(min_length=1, max_length=LABEL_LIMIT)]
Said = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Phrase = Annotated[str, StringConstraints(min_length=1, max_length=300)]

Labels = Annotated[dict[Language, Label], Field(min_length=1)]
Texts = Annotated[dict[Language, Said], Field(min_length=1)]
Phrasings = Annotated[dict[Language, Annotated[list[Phrase], Field(min_length=1)]], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class EntryModel(_Strict):
    """A question customers ask and the answer the brand publishes."""

    id: Id = Field(description="Unique over all files; lower-case words joined by hyphens. It never changes.")
    title: Labels = Field(description="A short label per language; it becomes a button.")
    questions: Phrasings = Field(description="How customers ask, per language: eight phrasings or more.")
    answers: Texts = Field(description="The answer, per language.")
    channels: dict[ChannelKind, Texts] = Field(
        default_factory=dict, description="Another text for a kind of channel, such as a shorter one for sms."
    )
    follow_ups: list[Id] = Field(default_factory=list, description="Ids of entries to offer after this one.")
    valid_from: date | None = Field(default=None, description="First day of the answer, in the brand's time zone.")
    valid_until: date | None = Field(default=None, description="Last day of the answer, in the brand's time zone.")
    sensitive: bool = Field(default=False, description="true: never answered by csbot, always by a person.")


class FaqFile(_Strict):
    """A family of FAQ entries, all languages in one file."""

    family: Id = Field(description="The family's name, the same as the file's.")
    entries: list[EntryModel] = Field(min_length=1)


class HandoffModel(_Strict):
    """A person goes on."""

    team: Annotated[str, StringConstraints(max_length=40)] = Field(default="", description="The team that should look.")
    priority: Priority = Field(default=Priority.NORMAL, description="How soon.")


class EntityValueModel(_Strict):
    """One value of a list."""

    value: Value
    label: Labels
    synonyms: dict[Language, Annotated[list[Phrase], Field(min_length=1)]] = Field(
        default_factory=dict, description="What else it is called."
    )


class ChoiceModel(EntityValueModel):
    """One option of a question."""


class EntityModel(_Strict):
    """Something customers name: one of a list of values, or what fits a pattern."""

    id: Id = Field(description="The name slots use; unique over all files.")
    title: Labels
    values: list[EntityValueModel] = Field(default_factory=list, max_length=500, description="The list.")
    pattern: Annotated[str, StringConstraints(max_length=200)] = Field(
        default="", description="Instead of a list: a regular expression that a whole word has to fit."
    )


class SlotModel(_Strict):
    """One question of a form."""

    name: SlotName
    kind: SlotKind
    question: Texts = Field(description="How csbot asks for it.")
    pattern: Annotated[str, StringConstraints(max_length=200)] = Field(
        default="", description="A regular expression that the whole value has to fit."
    )
    error: dict[Language, Said] = Field(default_factory=dict, description="Said when the value does not fit.")
    optional: bool = Field(default=False, description="true: the customer may pass over this question.")
    choices: list[ChoiceModel] = Field(default_factory=list, max_length=10, description="Only for kind choice.")
    entity: Id | None = Field(default=None, description="Only for kind entity: its id.")


class FormModel(_Strict):
    """Questions csbot asks one after another."""

    slots: list[SlotModel] = Field(min_length=1, max_length=10)
    done: dict[Language, Said] = Field(
        default_factory=dict, description="Said when all is known; {slot_name} stands for a value."
    )
    lookup: Id | None = Field(
        default=None, description="Instead of done: the lookup asked when all is known; its answers are said."
    )
    handoff: HandoffModel | None = Field(default=None, description="Then a person goes on.")


_ONE_OF: list[JsonValue] = [{"required": ["answer"]}, {"required": ["form"]}, {"required": ["handoff"]}]


class IntentModel(_Strict):
    """Something customers want done. Exactly one of answer, form, handoff says what csbot does."""

    model_config = ConfigDict(json_schema_extra={"oneOf": _ONE_OF})

    id: Id = Field(description="Unique over all files; lower-case words joined by hyphens. It never changes.")
    title: dict[Language, Label] = Field(default_factory=dict, description="A short label; it becomes a button.")
    role: Role = Field(default=Role.NONE, description="Small talk that csbot treats apart.")
    examples: Phrasings = Field(description="How customers say it, per language: eight phrasings or more.")
    answer: Texts | None = Field(default=None, description="csbot answers this.")
    form: FormModel | None = Field(default=None, description="csbot asks questions first.")
    handoff: HandoffModel | None = Field(default=None, description="A person answers.")
    sensitive: bool = Field(default=False, description="true: always a person.")


def _words_model(name: str, doc: str, fields: dict[str, Any]) -> Any:
    return create_model(name, __base__=_Strict, __doc__=doc, **fields)


Answers = _words_model(
    "Answers",
    "Words for what a call came to; what is left out is told in csbot's own words.",
    {
        branch.value: (dict[Language, Said], Field(default_factory=dict, description=when))
        for branch, when in ANSWERS.items()
    },
)


class FieldModel(_Strict):
    """A value of a record, as the brand's system tells it."""

    name: SlotName
    kind: FieldKind = Field(default=FieldKind.TEXT, description="What it is; an answer that is none is not told.")
    optional: bool = Field(default=False, description="true: it may be missing.")
    values: list[Value] = Field(default_factory=list, max_length=30, description="Only for kind choice: all of them.")
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = Field(
        default=None, description="Only for kind money: TRY, EUR."
    )


class LookupModel(_Strict):
    """What one of the brand's own systems is asked, and the words for what it answers."""

    id: Id = Field(description="The name of the lookup in csbot.toml; unique over all files.")
    send: list[SlotName] = Field(default_factory=list, description="The form's slots that are sent.")
    fields: list[FieldModel] = Field(default_factory=list, max_length=30, description="What one record holds.")
    personal: bool = Field(default=True, description="true: told only to whom it belongs. false: anybody may know it.")
    changes: bool = Field(default=False, description="true: it changes something, so `confirm` is asked first.")
    first: Id | None = Field(
        default=None, description="A lookup asked before: what `confirm` may name, and whose it is."
    )
    refused_when: dict[Value, Value] = Field(
        default_factory=dict,
        description="Values of `by` of `first` for which it would be refused, each with the reason: then nobody asks.",
    )
    confirm: dict[Language, Said] = Field(
        default_factory=dict,
        description="Asked before anything is changed; {slot} and {field} of `first` are filled in.",
    )
    by: SlotName | None = Field(default=None, description="The field of kind choice whose value chooses the case.")
    cases: dict[Value, Texts] = Field(
        default_factory=dict, description="For each value of `by`: the words for a record."
    )
    each: dict[Language, Said] = Field(
        default_factory=dict, description="The line of one record among several; without it the words for a record."
    )
    answers: Answers = Field(  # type: ignore[valid-type]
        default_factory=Answers, description="The words for each thing a call can come to."
    )
    refusals: dict[Value, Texts] = Field(
        default_factory=dict, description="Words for a refusal by the system's reason; for others answers.refused."
    )
    instead: list[Id] = Field(default_factory=list, max_length=5, description="Ids of entries offered after a refusal.")
    handoff: HandoffModel = Field(
        default_factory=HandoffModel, description="Who goes on when the system cannot help, or cannot be asked."
    )

    def said(self) -> dict[Branch, dict[str, str]]:
        """The author's words: what came of it -> language -> text."""
        told: dict[str, dict[str, str]] = dict(self.answers)
        return {Branch(branch): texts for branch, texts in told.items() if texts}


class IntentsFile(_Strict):
    """A family of intents, all languages in one file."""

    family: Id = Field(description="The family's name, the same as the file's.")
    entities: list[EntityModel] = Field(default_factory=list, description="What customers name in their messages.")
    lookups: list[LookupModel] = Field(default_factory=list, description="What forms ask the brand's own systems.")
    intents: list[IntentModel] = Field(min_length=1)


Say = _words_model(
    "Say",
    "What csbot says, per language; names in braces are filled in.",
    {key: (Labels if words.label else Texts, Field(description=words.description)) for key, words in SAY.items()},
)
Recognise = _words_model(
    "Recognise",
    "Whole words or phrases csbot listens for, per language; case and accents do not matter.",
    {key: (Phrasings, Field(description=when)) for key, when in RECOGNISE.items()},
)


class PhrasesFile(_Strict):
    """csbot's own words, and the words it listens for."""

    say: Say  # type: ignore[valid-type]
    recognise: Recognise  # type: ignore[valid-type]

    def said(self) -> dict[str, dict[str, str]]:
        """What csbot says: key -> language -> text."""
        return dict(self.say)

    def recognised(self) -> dict[str, dict[str, list[str]]]:
        """What csbot listens for: key -> language -> words."""
        return dict(self.recognise)
