"""What axe-core finds on a page."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

_AXE = Path(__file__).with_name("vendor") / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def violations(page: Page) -> list[str]:
    """Each rule of WCAG 2.2 AA that is broken, with where."""
    if not await page.evaluate("() => Boolean(window.axe)"):
        # Through the debugger, not a script tag: the page's own policy allows none but its own.
        await page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("tags => axe.run(document, {runOnly: tags})", _TAGS)
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


async def overflow(page: Page) -> int:
    """How many pixels wider than the window the page is."""
    width: int = await page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    return max(0, width)
