"""The `Nlu` port over a Rasa sidecar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from csbot.domain.content import Catalogue
from csbot.domain.understanding import Understanding
from csbot.errors import SettingsError
from csbot.nlu.language import LanguageDetector
from csbot.nlu.rasa.answers import read_answer
from csbot.nlu.rasa.client import Sidecar
from csbot.nlu.rasa.records import phrasings
from csbot.nlu.tokens import is_number, tokens


def build(catalogue: Catalogue, settings: Mapping[str, object]) -> RasaNlu:
    """An engine for this catalogue; `settings["sidecar"]` is the open `Sidecar` it asks.

    Raises SettingsError without one.
    """
    sidecar = settings.get("sidecar")
    if not isinstance(sidecar, Sidecar):
        raise SettingsError("understanding.engines: rasa is asked by a server (csbot run) and by csbot ask only")
    return RasaNlu(catalogue, sidecar)


class RasaNlu:
    """One catalogue as the sidecar understands it.

    Rasa says what it means, csbot what counts: texts without words and in languages the brand does not speak are never
    sure, and while a question is open only what it offers is. What is worth asking back is left to the embedded engine,
    whose scores are calibrated.
    """

    def __init__(self, catalogue: Catalogue, sidecar: Sidecar) -> None:
        self._sidecar = sidecar
        self._detector = LanguageDetector(catalogue)
        self._served = frozenset(catalogue.languages)
        self._phrasings = phrasings(catalogue)
        self._known = {*catalogue.intents, *(f"faq/{id}" for id in catalogue.entries)}

    async def understand(self, text: str, *, language: str = "", expected: Sequence[str] = ()) -> Understanding:
        """See `csbot.ports.Nlu`."""
        spoken = self._detector.detect(text)
        # Rasa is 0.87 sure of what an empty text means.
        if all(map(is_number, tokens(text))):
            return Understanding(ranking=(), confident=False, language=spoken, why="no words to understand")
        answer, threshold = await self._sidecar.parse(text, phrasings=self._phrasings)
        reading = read_answer(answer, self._known)
        if not reading.ranking:
            return Understanding(
                ranking=(), confident=False, language=spoken, why=reading.doubt or "Rasa knows nothing"
            )
        best = reading.ranking[0]
        doubt = reading.doubt
        if spoken and spoken not in self._served:
            doubt = f"in {spoken}, which is not spoken here"
        elif self._known.intersection(expected) and best.name not in expected:
            doubt = "none of what was asked"
        elif best.score < threshold:
            doubt = doubt or "not sure enough"
        told = f"Rasa: {best.name} {best.score:.2f}, sure from {threshold:.2f} on"
        return Understanding(
            ranking=reading.ranking,
            confident=not doubt,
            language=spoken,
            why=f"{told}; {doubt}" if doubt else told,
        )
