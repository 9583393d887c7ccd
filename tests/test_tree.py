"""The checks of the tree can fail."""

from __future__ import annotations

from tests.check_tree import lock_lines, main

HASH = "    --hash=sha256:" + "0" * 64


def test_the_tree_as_committed_is_sound() -> None:
    assert main() == 0


def test_a_pinned_and_hashed_requirement_is_sound() -> None:
    lock = f"aiohttp==3.14.5 ; sys_platform != 'win32' \\\n{HASH} \\\n{HASH}\nattrs==26.1.0 \\\n{HASH}\n"
    assert list(lock_lines("lock", lock)) == []


def test_a_url_in_the_lock_is_found() -> None:
    for line in (
        "--index-url https://index.example/simple",
        "attrs @ https://files.example/attrs.whl \\",
        "--find-links /opt/wheels",
        "attrs==26.1.0",
    ):
        findings = list(lock_lines("lock", line + "\n"))
        assert findings, line
        assert findings[0].startswith("lock:1:")


def test_a_requirement_without_a_hash_is_found() -> None:
    assert list(lock_lines("lock", f"attrs==26.1.0 \\\nidna==3.20 \\\n{HASH}\n")) == [
        "lock:2: the requirement before has no hash"
    ]
