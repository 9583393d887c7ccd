"""A brand with four meanings in two languages: small enough to know what every answer should be."""

from __future__ import annotations

from csbot.domain.content import Catalogue, Entry, Intent, Phrases, Role

DELIVERY = Entry(
    id="delivery-time",
    title={"tr": "Teslimat süresi", "en": "Delivery time"},
    questions={
        "tr": ("Kargo kaç günde gelir?", "siparişim ne zaman gelir", "teslimat ne kadar sürer", "kaç günde teslim"),
        "en": ("How long does delivery take?", "when will my parcel arrive", "how many days for shipping"),
    },
    answers={"tr": "Üç gün.", "en": "Three days."},
)
RETURNS = Entry(
    id="return-how",
    title={"tr": "İade", "en": "Returns"},
    questions={
        "tr": ("İade nasıl yapılır?", "ürünü geri göndermek istiyorum", "iade etmek istiyorum", "iade şartları neler"),
        "en": ("How do returns work?", "I want to send it back", "return an item", "what is the return policy"),
    },
    answers={"tr": "Kargoya verin.", "en": "Hand it to the carrier."},
)
CANCEL = Intent(
    id="cancel-order",
    title={"tr": "İptal", "en": "Cancel"},
    examples={
        "tr": ("siparişimi iptal etmek istiyorum", "siparişi iptal edin", "iptal eder misiniz", "vazgeçtim iptal"),
        "en": ("cancel my order", "I want to cancel", "please cancel the order", "stop my order"),
    },
    answer={"tr": "Tamam.", "en": "Done."},
)
GREETING = Intent(
    id="greeting",
    title={"tr": "Selam", "en": "Greeting"},
    examples={"tr": ("merhaba", "selam", "iyi günler"), "en": ("hello", "hi", "good morning")},
    role=Role.GREETING,
    answer={"tr": "Merhaba.", "en": "Hello."},
)


def catalogue(*items: Intent | Entry) -> Catalogue:
    """The catalogue of these items, by default of all four."""
    chosen = items or (DELIVERY, RETURNS, CANCEL, GREETING)
    return Catalogue(
        version="1",
        languages=("tr", "en"),
        intents={item.id: item for item in chosen if isinstance(item, Intent)},
        entries={item.id: item for item in chosen if isinstance(item, Entry)},
        phrases=Phrases(say={}, recognise={}),
    )


def empty() -> Catalogue:
    """A catalogue that says nothing at all."""
    return Catalogue(version="0", languages=("tr",), intents={}, entries={}, phrases=Phrases(say={}, recognise={}))
