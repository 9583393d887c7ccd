"""Collects nothing unless a folder of samples is named."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("CSBOT_CONFORMANCE") else ["test_*.py"]
