"""Logging never stands in the way of the work."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

LOGS = """
from csbot import log
log.configure(level="info", as_json=True)
logger = log.get_logger("store")
for _ in range(2000):
    logger.error("disk full: refusing what arrives", channel="sms")
print("still at work")
"""


REFERENCES = """
from csbot import log
log.configure(level="info", as_json=True)
for _ in range(300):
    reference = log.new_reference()
    log.get_logger("api").error("call failed", reference=reference)
    print(reference)
"""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_log_on_a_full_disk_loses_lines_and_nothing_else() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", LOGS], stdout=subprocess.PIPE, stderr=full, text=True)
    assert done.stdout == "still at work\n"


def test_a_log_that_nobody_reads_loses_lines_and_nothing_else() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LOGS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        process.stderr.close()
        assert process.stdout is not None
        assert process.stdout.read() == "still at work\n"


def test_a_reference_is_found_in_the_log_as_it_was_told() -> None:
    done = subprocess.run([sys.executable, "-c", REFERENCES], capture_output=True, text=True, check=True)
    told = done.stdout.split()
    logged = {json.loads(line)["reference"] for line in done.stderr.splitlines()}
    assert len(told) == 300
    assert logged == set(told)
