"""The spool keeps what the store cannot take: whole, in order, over crashes."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from csbot.domain.address import Address
from csbot.domain.events import Event, MessageReceived
from csbot.domain.message import InboundMessage
from csbot.intake.spool import QUARANTINE, Spool, SpoolCorrupt
from csbot.store.codec import decode_events, encode_events

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def event(number: int, channel: str = "sms") -> Event:
    return Event(
        channel=channel,
        key=f"k{number}",
        received_at=AT,
        body=MessageReceived(
            address=Address(channel=channel, user="+905321112233"),
            message=InboundMessage(external_id=f"k{number}", text=f"soru {number} ışık"),
        ),
    )


def open_spool(folder: Path) -> Spool:
    spool = Spool(folder, encode=encode_events, decode=decode_events)
    spool.open()
    return spool


async def test_events_come_back_exactly_and_in_order_after_a_restart(tmp_path: Path) -> None:
    first = open_spool(tmp_path)
    for number in range(3):
        await first.put("sms", [event(number)])
    first.close()

    second = open_spool(tmp_path)
    await second.put("sms", [event(3), event(4)])
    read = []
    while (path := second.oldest("sms")) is not None:
        read += await second.read(path)
        await second.remove("sms", path)
    assert read == [event(number) for number in range(5)]
    assert not second.holds("sms")
    assert list((tmp_path / "sms").iterdir()) == []
    second.close()


async def test_channels_wait_apart(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    await spool.put("sms", [event(1)])
    assert spool.holds("sms")
    assert not spool.holds("telegram")
    assert spool.channels() == ("sms",)
    spool.close()


async def test_a_damaged_file_is_recognised_and_set_aside(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    await spool.put("sms", [event(1)])
    path = spool.oldest("sms")
    assert path is not None
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    with pytest.raises(SpoolCorrupt, match="checksum"):
        await spool.read(path)
    await spool.quarantine("sms", path)
    assert spool.oldest("sms") is None
    assert [file.name for file in (tmp_path / QUARANTINE).iterdir()] == [f"sms-{path.name}"]
    spool.close()


async def test_a_half_written_file_of_a_crash_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "sms").mkdir()
    (tmp_path / "sms" / "00000000000000000001.part").write_bytes(b"half")
    spool = open_spool(tmp_path)
    assert spool.oldest("sms") is None
    assert list((tmp_path / "sms").iterdir()) == []
    spool.close()


def test_a_folder_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    # A file where the folder should be: root, too, cannot write there.
    (tmp_path / "spool").write_text("not a folder")
    with pytest.raises(OSError, match=r"spool|exists|directory"):
        open_spool(tmp_path / "spool")


def test_what_is_spooled_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    open_spool(tmp_path / "spool").close()
    assert os.stat(tmp_path / "spool").st_mode & 0o077 == 0
