"""A whole, right content folder in two languages, as texts that a test may spoil."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from csbot.content import Sources
from csbot.content.own_words import RECOGNISE, SAY

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight")


def _list(language: str, stem: str) -> str:
    return f"      {language}: [{', '.join(f'{stem} {number}' for number in NUMBERS)}]"


DELIVERY = "\n".join(
    [
        "family: delivery",
        "entries:",
        "  - id: delivery-time",
        "    title: {tr: Teslimat süresi, en: Delivery time}",
        "    questions:",
        _list("tr", "ne zaman"),
        _list("en", "when"),
        "    answers:",
        "      tr: Üç gün.",
        "      en: Three days.",
        "    channels:",
        "      sms: {tr: 3 gün, en: 3 days}",
        "    follow_ups: [delivery-cost]",
        "    valid_from: 2026-11-01",
        "    valid_until: 2026-12-31",
        "  - id: delivery-cost",
        "    title: {tr: Kargo ücreti, en: Delivery cost}",
        "    questions:",
        _list("tr", "kaç lira"),
        _list("en", "how much"),
        "    answers: {tr: Bedava., en: Free.}",
        "    sensitive: true",
        "",
    ]
)

ORDERS = "\n".join(
    [
        "family: orders",
        "intents:",
        "  - id: cancel-order",
        "    title: {tr: Sipariş iptali, en: Cancel an order}",
        "    examples:",
        _list("tr", "iptal"),
        _list("en", "cancel"),
        "    form:",
        "      slots:",
        "        - name: order_number",
        "          kind: order_number",
        "          question: {tr: Numara?, en: Number?}",
        "          pattern: '[0-9]{4,10}'",
        "        - name: wish",
        "          kind: choice",
        "          question: {tr: Ne?, en: What?}",
        "          choices:",
        "            - {value: refund, label: {tr: Para iadesi, en: Refund}}",
        "            - {value: voucher, label: {tr: Çek, en: Voucher}}",
        "      done: {tr: 'Tamam {order_number}.', en: 'Done {order_number}.'}",
        "      handoff: {team: orders, priority: high}",
        "  - id: greeting",
        "    role: greeting",
        "    examples:",
        _list("tr", "merhaba"),
        _list("en", "hello"),
        "    answer: {tr: Merhaba., en: Hello.}",
        "",
    ]
)


LOOKUPS = "\n".join(
    [
        "family: parcels",
        "lookups:",
        "  - id: parcel-status",
        "    send: [order_number]",
        "    fields:",
        "      - {name: status, kind: choice, values: [there, gone]}",
        "      - {name: place, optional: true}",
        "      - {name: price, kind: money, currency: EUR}",
        "    by: status",
        "    cases:",
        "      there: {tr: 'Geldi[ {place}].', en: 'There[ in {place}].'}",
        "      gone: {tr: 'Yok {order_number}.', en: 'Gone {price}.'}",
        "    each: {tr: 'Biri {order_number}.', en: 'One {order_number}.'}",
        "    answers:",
        "      none: {tr: 'Yok {order_number}.', en: 'None {order_number}.'}",
        "    handoff: {team: orders, priority: high}",
        "  - id: cancel-parcel",
        "    send: [order_number]",
        "    changes: true",
        "    first: parcel-status",
        "    confirm: {tr: '{price} olsun mu?', en: 'Cancel {order_number}?'}",
        "    answers:",
        "      found: {tr: 'Oldu.', en: 'Done.'}",
        "    refusals: {gone: {tr: 'Gitti {order_number}.', en: 'Left {order_number}.'}}",
        "    instead: [delivery-time]",
        "intents:",
        "  - id: track-parcel",
        "    title: {tr: Kargom nerede, en: Where is it}",
        "    examples:",
        _list("tr", "kargom"),
        _list("en", "parcel"),
        "    form:",
        "      slots:",
        "        - name: order_number",
        "          kind: order_number",
        "          question: {tr: Numara?, en: Number?}",
        "      lookup: parcel-status",
        "  - id: stop-parcel",
        "    title: {tr: Kargoyu durdur, en: Stop it}",
        "    examples:",
        _list("tr", "durdur"),
        _list("en", "stop"),
        "    form:",
        "      slots:",
        "        - name: order_number",
        "          kind: order_number",
        "          question: {tr: Numara?, en: Number?}",
        "      lookup: cancel-parcel",
        "",
    ]
)
"""A family whose forms ask the brand's systems."""


ENTITIES = "\n".join(
    [
        "family: visits",
        "entities:",
        "  - id: city",
        "    title: {tr: Şehir, en: City}",
        "    values:",
        "      - value: ist",
        "        label: {tr: İstanbul, en: Istanbul}",
        "        synonyms: {tr: [ist, stanbul]}",
        "      - value: ank",
        "        label: {tr: Ankara, en: Ankara}",
        "  - id: product-code",
        "    title: {tr: Ürün kodu, en: Product code}",
        "    pattern: '[A-Z]{2}-[0-9]{3}'",
        "intents:",
        "  - id: visit",
        "    title: {tr: Ziyaret, en: Visit}",
        "    examples:",
        _list("tr", "ziyaret"),
        _list("en", "visit"),
        "    form:",
        "      slots:",
        "        - name: where",
        "          kind: entity",
        "          entity: city",
        "          question: {tr: Hangi şehir?, en: Which city?}",
        "        - name: code",
        "          kind: entity",
        "          entity: product-code",
        "          question: {tr: Kod?, en: Code?}",
        "      done: {tr: '{where} {code}', en: '{where} {code}'}",
        "",
    ]
)
"""A family whose form wants what the content lists."""


def _said(key: str) -> str:
    braces = " ".join(f"{{{name}}}" for name in SAY[key].placeholders)
    return f"  {key}: {{tr: '{key[:6]} {braces}', en: '{key[:6]} {braces}'}}"


PHRASES = "\n".join(
    [
        "say:",
        *(_said(key) for key in SAY),
        "recognise:",
        *(f"  {key}: {{tr: [{key} evet], en: [{key}]}}" for key in RECOGNISE),
        "",
    ]
)

FILES: Mapping[str, str] = {
    "faq/delivery.yml": DELIVERY,
    "intents/orders.yml": ORDERS,
    "intents/phrases.yml": PHRASES,
}


def sources(**changed: str) -> Sources:
    """The folder's sources; `delivery`, `orders` or `phrases` replace that file's text."""
    names = {"delivery": "faq/delivery.yml", "orders": "intents/orders.yml", "phrases": "intents/phrases.yml"}
    return Sources(files={**FILES, **{names[key]: text for key, text in changed.items()}})


def write(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """The files on disk below `folder`."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder
