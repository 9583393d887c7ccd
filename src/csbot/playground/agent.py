"""The agent at the playground: a client of csbot's own API. The token never reaches the page."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import ClientSession

LIST = 12
ACTS = frozenset({"claim", "messages", "return", "close"})


class ActRefused(Exception):
    """What the API says against an act, in its own words."""


class Agent:
    """One agent; `open` is the conversation they look at, "" for none."""

    def __init__(self, http: ClientSession, url: str, token: str) -> None:
        self._http, self._api = http, f"{url}/api/v1"
        self._headers = {"Authorization": f"Bearer {token}"}
        self.open = ""

    async def conversations(self) -> list[dict[str, Any]]:
        """Who waits, in the order of the line; behind them the others, the newest first."""
        waiting = (await self._get("conversations", status="waiting", limit=str(LIST)))["items"]
        latest = (await self._get("conversations", limit=str(LIST)))["items"]
        known = {one["id"] for one in waiting}
        return [*waiting, *(one for one in latest if one["id"] not in known)][:LIST]

    async def conversation(self, id: str) -> dict[str, Any] | None:
        """One conversation, whole; None where there is none of that id."""
        async with self._http.get(f"{self._api}/conversations/{int(id)}", headers=self._headers) as answer:
            found: dict[str, Any] | None = await answer.json() if answer.status == 200 else None
            return found

    async def acts(self, id: str, act: str, *, text: str = "", key: str = "") -> None:
        """Claim, answer (`messages`), return or close; raises ActRefused. The same `key` acts once."""
        if act not in ACTS:
            raise LookupError(act)
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {})}
        body = {"text": text} if text else {}
        async with self._http.post(f"{self._api}/conversations/{int(id)}/{act}", json=body, headers=headers) as answer:
            if answer.status >= 400:
                error = (await answer.json())["error"]
                raise ActRefused(f"{error['message']}; {error['hint']}" if error.get("hint") else error["message"])

    async def pulse(self) -> str:
        """Something that is another after anything an agent can see has changed."""
        seen: list[object] = list(await self.conversations())
        if self.open and (whole := await self.conversation(self.open)):
            seen += [(one["id"], one["text"], one["reaction"], one["parts"]) for one in whole["transcript"]]
        return json.dumps(seen, sort_keys=True)

    async def _get(self, path: str, **query: str) -> dict[str, Any]:
        async with self._http.get(f"{self._api}/{path}", params=query, headers=self._headers) as answer:
            answer.raise_for_status()
            found: dict[str, Any] = await answer.json()
            return found
