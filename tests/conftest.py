"""What holds for every test: in CI nothing may be skipped for want of a service, and generated cases are the same."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# How long something takes is a matter of benchmarks. In CI a commit that has passed passes again; elsewhere each run
# looks at other cases.
settings.register_profile("csbot", deadline=None, derandomize=bool(os.environ.get("CSBOT_CI")))
settings.load_profile("csbot")

ALLOWED_SKIPS = ("the real Rasa",)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was skipped, where it counts as a failure."""
    for reason in _skipped(terminalreporter):
        terminalreporter.write_line(f"skipped, which is a failure in CI: {reason}", red=True)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a CI run that skipped something."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if isinstance(reporter, pytest.TerminalReporter) and _skipped(reporter) and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _skipped(reporter: pytest.TerminalReporter) -> list[str]:
    if not os.environ.get("CSBOT_CI"):
        return []
    reasons = [f"{report.nodeid}: {report.longrepr}" for report in reporter.stats.get("skipped", [])]
    return [reason for reason in reasons if not any(allowed in reason for allowed in ALLOWED_SKIPS)]
