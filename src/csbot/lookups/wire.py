"""Questions as the brand's systems get them: the JSON of a body, and the id of a question."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from csbot.domain.lookup import NeedsLookup


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One body to be posted, under an id that is the same when the same is asked again."""

    id: str
    body: bytes = field(repr=False)


def question(need: NeedsLookup, *, changes: bool, proven: bool = False, code: str = "") -> Question:
    """What is asked: to tell, to change something, or to send `code` to the contact on file.

    `proven`: the customer has typed the code that was sent for this. Who the customer is, is told for personal lookups
    only.
    """
    told: dict[str, object] = {"slots": dict(need.slots), "changes": changes}
    if need.personal:
        told |= {"proofs": list(need.proofs), "proven": proven}
    if code:
        told["send_code"] = code
    # One turn may ask of the same lookup for several things in a row.
    purpose = "code" if code else "change" if changes else "tell"
    return _question(need.name, f"{need.request}\n{purpose}\n{proven}", need.language, told)


def ping(name: str, request: str) -> Question:
    """A question that only wants to know whether anybody answers who accepts the signature."""
    return _question(name, request, "", {"slots": {}, "changes": False, "ping": True})


def _question(name: str, request: str, language: str, told: dict[str, object]) -> Question:
    # Hashed: short and plain ASCII whatever a platform's keys look like, and telling nobody where the customer writes.
    id = hashlib.sha256(request.encode("utf-8", "replace")).hexdigest()[:32]
    body = {"lookup": name, "request": id, "language": language, **told}
    return Question(id=id, body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
