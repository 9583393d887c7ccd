"""docs/lookups.md shows the protocol as it is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from csbot.lookups.reading import Record, read_reply
from csbot.lookups.wire import ping, question
from csbot.sampleshop.shop import Fault
from tests.documents import ROOT, blocks, tables
from tests.unit.lookups.questions import FIELDS, about

DOCUMENT = ROOT / "docs/lookups.md"
QUESTION, REPLY = (block.text for block in blocks(DOCUMENT) if block.language == "js")


def test_the_question_is_one() -> None:
    shown = json.loads(QUESTION)
    asked = json.loads(question(about("4711"), changes=False).body)
    assert {**shown, "request": ""} == {**asked, "request": ""}
    assert len(shown["request"]) == len(asked["request"])


def test_every_key_of_a_question_is_told() -> None:
    told = {row[0].strip("`") for row in tables(DOCUMENT, r"## (The question)")["The question"]}
    bodies = [
        question(about("4711", send_code=True), changes=False, code="123456").body,
        question(about("4711", changes=True), changes=True).body,
        ping("order-status", "x").body,
    ]
    assert told == {key for body in bodies for key in json.loads(body)}


def test_the_reply_is_read() -> None:
    fields = {"status": "in_transit", "place": "Bolu", "expected": date(2026, 11, 27), "carrier": "Turna Kargo"}
    owner = ("phone:+905321112233", "email:ayse@mail.example")
    assert read_reply(REPLY.encode(), FIELDS).records == (Record(fields=fields, owner=owner),)


def test_every_fault_of_the_sample_shop_is_told() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert all(f"`{fault}`" in text for fault in Fault)


def test_a_question_asked_again_has_the_same_id_and_another_has_another() -> None:
    need = about("4711", changes=True)
    ids = [
        question(need, changes=False).id,
        question(need, changes=True).id,
        question(need, changes=False, proven=True).id,
        question(need, changes=False, code="123456").id,
        question(replace(need, request="sms:k2:order-status"), changes=False).id,
    ]
    assert len(set(ids)) == len(ids)
    assert question(replace(need, language="en"), changes=True).id == ids[1]
    assert all(id.isascii() and len(id) == 32 for id in ids)
