"""Logging never stands in the way of the work."""

from __future__ import annotations

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
