"""The language of a short message: by its script, by common words of many languages, and by the brand's own words.

A message of one or two words often tells nothing, and then nothing is guessed: a wrong language costs the customer more
than the lane's old one. A language the brand does not speak needs more evidence than one it does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from csbot.domain.content import Catalogue
from csbot.nlu.language_words import WORDS
from csbot.text.fold import fold

_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)?|\b[ur]\b|[¿¡]", re.IGNORECASE)
_MOST_LETTERS = 400
_STEM = 5

_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff\u0750-\u077f]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
)
"""The language a script stands for unless letters below tell otherwise."""

_TELLING: Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "ru": (
        ("uk", re.compile("[іїєґ]", re.IGNORECASE)),
        ("kk", re.compile("[әғқңөұүһ]", re.IGNORECASE)),
        ("sr", re.compile("[ђјљњћџ]", re.IGNORECASE)),
        ("bg", re.compile(r"(?!.*[ыэё])(?:.*ъ|.*\b(?:къде|моята|поръчка|здравейте|благодаря)\b)", re.IGNORECASE)),
    ),
    "ar": (("fa", re.compile("[پچژگکی]")),),
    "zh": (("ja", re.compile(r"[\u3040-\u30ff]")),),
}

_LETTERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys("ığİ", ("tr", "az")),
    "ş": ("tr", "az", "ro"),
    "ə": ("az",),
    "ß": ("de",),
    **dict.fromkeys("ñ¿¡", ("es",)),
    **dict.fromkeys("øæ", ("da",)),
    **dict.fromkeys("łąęśźżćń", ("pl",)),
    **dict.fromkeys("ăâîțș", ("ro",)),
    **dict.fromkeys("ãõ", ("pt",)),
    **dict.fromkeys("őű", ("hu",)),
    **dict.fromkeys("ěřů", ("cs",)),
    "ë": ("sq", "nl"),
    "å": ("sv", "da"),
}
"""Letters that few languages have; names have them too, so they only add to what words say."""

_TURKISH_ENDING = re.compile(
    r"\w{2,}(?:yorum|yoruz|yorsunuz|iyor|uyor|mi[sz]ti?r|misiniz|musunuz|miyim|muyum|acagim|ecegim|acak|ecek|amadim"
    r"|emedim|madim|medim|lerim|larim|iniz|unuz|lari|leri|sinda|sinde)$"
)

_GREETINGS: Mapping[str, str] = {
    **dict.fromkeys(("hola", "buenas", "buenos dias", "buenas tardes", "buenas noches", "que tal"), "es"),
    **dict.fromkeys(("bonjour", "bonsoir", "salut", "coucou"), "fr"),
    **dict.fromkeys(("guten tag", "guten morgen", "guten abend", "moin", "servus", "gruss gott"), "de"),
    **dict.fromkeys(("buongiorno", "buonasera", "buon giorno", "buona sera"), "it"),
    **dict.fromkeys(("bom dia", "boa tarde", "boa noite"), "pt"),
    **dict.fromkeys(("dzien dobry", "czesc"), "pl"),
    **dict.fromkeys(("goedemorgen", "goedemiddag", "goedenavond", "goedendag"), "nl"),
    **dict.fromkeys(("dobry den", "ahoj"), "cs"),
    **dict.fromkeys(("jo napot", "szia"), "hu"),
    **dict.fromkeys(("buna ziua", "buna"), "ro"),
    **dict.fromkeys(("privet", "zdravstvuyte", "zdravstvujte"), "ru"),
}
"""Whole texts, folded, that greet in one language only; "hallo" and "ciao" do so in many."""

_PLAIN = re.compile(r"[^a-z ]")

_BRAND_STEM = 0.6
_ENDING = 0.4
_LETTER = 0.2
_ENOUGH = 0.55
_ENOUGH_FOREIGN = 1.4
_FOREIGN_SHARE = 0.25
_LEAD = 0.2


class LanguageDetector:
    """Detects any language of the list for a brand that speaks those of its catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._own = frozenset(catalogue.languages)
        self._words = {word: frozenset(found) for word, found in _listed().items()}
        brand = _brand_words(catalogue)
        for word, found in brand.items():
            self._words[word] = self._words.get(word, frozenset()) | found
        self._stems = _stems(brand)
        self.votes = lru_cache(maxsize=8192)(self._votes)

    def detect(self, text: str) -> str:
        """The code of the language `text` is written in; "" when the text does not tell.

        Numbers, names, emoji and words that several languages share tell nothing.
        """
        text = text[:_MOST_LETTERS]
        if (greeted := _GREETINGS.get(_PLAIN.sub("", fold(text)).strip())) is not None and greeted not in self._own:
            return greeted
        if not text.isascii() and (script := _script(text)):
            return script
        scores: dict[str, float] = defaultdict(float)
        words = _WORD.findall(text)
        for word in words:
            for language, vote in self.votes(word):
                scores[language] += vote
        own = sorted(((score, language) for language, score in scores.items() if language in self._own), reverse=True)
        others = sorted((score, language) for language, score in scores.items() if language not in self._own)
        best, spoken = own[0] if own else (0.0, "")
        second = own[1][0] if len(own) > 1 else 0.0
        foreign, other = others[-1] if others else (0.0, "")
        if best >= _ENOUGH and best >= foreign and best - second >= _LEAD * best:
            return spoken
        if foreign >= max(_ENOUGH_FOREIGN, _FOREIGN_SHARE * len(words), 2 * best):
            return other if len(others) < 2 or foreign - others[-2][0] >= _LEAD * foreign else ""
        return ""

    def _votes(self, word: str) -> tuple[tuple[str, float], ...]:
        """What one word says for which languages: a word of one language 1, of several little, unknown ones hints."""
        lower = word.replace("İ", "i").lower()
        plain = fold(word)
        found = self._words.get(lower) or self._words.get(plain)
        if found:
            return tuple((language, 1.0 / len(found)) for language in found)
        votes: dict[str, float] = defaultdict(float)
        for language in self._stems.get(plain[:_STEM], ()):
            votes[language] += _BRAND_STEM
        if _TURKISH_ENDING.fullmatch(plain):
            votes["tr"] += _ENDING
        for letter in set(lower) | set(word):
            for language in _LETTERS.get(letter, ()):
                votes[language] = max(votes[language], _LETTER)
        return tuple(votes.items())


def _script(text: str) -> str:
    """The language of a text that is mostly in a script of its own; "" for Latin letters."""
    letters = sum(map(str.isalpha, text))
    for language, pattern in _SCRIPTS:
        count = len(pattern.findall(text))
        if count >= 2 and count * 2 > letters:
            telling = _TELLING.get(language, ())
            return next((other for other, sign in telling if sign.search(text)), language)
    return ""


def _listed() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for language, words in WORDS.items():
        for word in words.split():
            found[word].add(language)
            found[fold(word)].add(language)
    return found


def _brand_words(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Folded words of the brand's phrasings with the languages they mostly stand in."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for language, phrase in _phrases(catalogue):
        for word in set(_WORD.findall(fold(phrase))):
            counts[word][language] += 1
    found: dict[str, frozenset[str]] = {}
    for word, by_language in counts.items():
        most = max(by_language.values())
        found[word] = frozenset(language for language, count in by_language.items() if count * 5 >= most)
    # Towns and brands are written in all of them, bare in one and with an ending in another: "izmir", "izmirde".
    for word, languages in list(found.items()):
        for length in range(_STEM, len(word)):
            if (name := word[:length]) in found and found[name].isdisjoint(languages):
                found[name] |= languages
    return found


def _phrases(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    phrasings = [entry.questions for entry in catalogue.entries.values()]
    phrasings += [intent.examples for intent in catalogue.intents.values()]
    phrasings += list(catalogue.phrases.recognise.values())
    for by_language in phrasings:
        for language, phrases in by_language.items():
            for phrase in phrases:
                yield language, phrase


def _stems(words: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """First letters of the brand's words that only one language has."""
    found: dict[str, frozenset[str]] = {}
    for word, languages in words.items():
        if len(word) >= _STEM:
            found[word[:_STEM]] = found.get(word[:_STEM], frozenset()) | languages
    return {stem: languages for stem, languages in found.items() if len(languages) == 1}
