"""Who writes: identities, the customers behind them, and their organisations, found or made for a group of messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from csbot.domain.address import Address, Consent, Sender
from csbot.domain.lane import proof_of
from csbot.domain.passes import BY_PASS
from csbot.store.postgres_linking import unite
from csbot.store.postgres_pool import Row, Transaction

Name = tuple[str, str]
"""A channel and the platform's name of a user there."""


@dataclass(slots=True, kw_only=True)
class Known:
    """An identity as it stands while a group is worked through; `touched` when it has to be written back."""

    id: int
    customer: int
    person: str
    organisation: str
    name: str
    reachable: bool
    consent: str
    last_in_at: int | None
    touched: bool = False

    def heard(self, at: int, name: str) -> None:
        """A message came from here."""
        self.last_in_at = max(at, self.last_in_at or 0)
        self.name = name or self.name
        self.reachable = True
        self.touched = True

    def reaches(self, reachable: bool) -> None:
        """The platform told whether it can be written to."""
        self.reachable = reachable
        self.touched = True

    def consents(self, consent: Consent) -> None:
        """The customer, or the platform for them, opted in or out."""
        self.consent = consent.value
        self.touched = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An identity that must exist after the group, with what its senders told and when the first of them wrote."""

    address: Address
    sender: Sender
    at: int


_LOCK_KNOWN = """
SELECT i.id, i.channel, i.address, i.customer_id, i.person, i.name, i.reachable, i.consent, i.last_in_at,
       coalesce(o.key, '') AS organisation
FROM identities i
LEFT JOIN organisations o ON o.id = i.organisation_id
WHERE i.id IN (
    SELECT n.id FROM identities n
    JOIN unnest($1::text[], $2::text[]) AS w(channel, address) ON n.channel = w.channel AND n.address = w.address
    UNION ALL
    SELECT unnest($3::bigint[])
)
ORDER BY i.id
FOR NO KEY UPDATE OF i
"""

_WRITE_BACK = """
UPDATE identities i
SET name = w.name, reachable = w.reachable, consent = w.consent, last_in_at = w.last_in_at
FROM unnest($1::bigint[], $2::text[], $3::boolean[], $4::text[], $5::bigint[])
     AS w(id, name, reachable, consent, last_in_at)
WHERE i.id = w.id
"""

_OLDEST = "SELECT person, min(customer_id) AS customer FROM identities WHERE person = ANY($1) GROUP BY person"

_NEW_CUSTOMERS = """
INSERT INTO customers (created_at, name) SELECT * FROM unnest($1::bigint[], $2::text[]) RETURNING id
"""

_NEW_IDENTITIES = """
INSERT INTO identities (customer_id, channel, address, person, name, linked_how, linked_at)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
"""

_ORGANISATIONS = """
INSERT INTO organisations (key, name) SELECT * FROM unnest($1::text[], $2::text[])
ON CONFLICT (key) DO UPDATE SET name = excluded.name WHERE excluded.name NOT IN ('', organisations.name)
"""

_JOIN = """
UPDATE identities i SET organisation_id = o.id
FROM unnest($1::bigint[], $2::text[]) AS w(id, organisation) JOIN organisations o ON o.key = w.organisation
WHERE i.id = w.id
"""


async def lock_known(transaction: Transaction, names: Sequence[Name], ids: Sequence[int] = ()) -> dict[Name, Known]:
    """Those of `names` and `ids` that exist, locked in the order of their ids."""
    if not names and not ids:
        return {}
    channels, addresses = [name[0] for name in names], [name[1] for name in names]
    rows = await transaction.fetch(_LOCK_KNOWN, channels, addresses, ids)
    return {(row["channel"], row["address"]): _known(row) for row in rows}


async def find_or_make(
    transaction: Transaction, wanted: Mapping[Name, Wanted], ids: Sequence[int], *, schema: str
) -> dict[Name, Known]:
    """Every wanted identity, made where it was missing, and those of `ids` that exist; all locked."""
    known = await lock_known(transaction, list(wanted), ids)
    missing = [name for name in wanted if name not in known]
    if missing:
        await _reserve(transaction, [wanted[name] for name in missing], schema)
        known |= await lock_known(transaction, missing)
        unmade = [name for name in missing if name not in known]
        if unmade:
            await _make(transaction, [wanted[name] for name in unmade])
            known |= await lock_known(transaction, unmade)
    for name, want in wanted.items():
        identity = known[name]
        if want.sender.person and not identity.person:
            await _reserve(transaction, [want], schema)
            await _prove(transaction, identity, want, known.values())
    await _join_organisations(transaction, [(known[name], want.sender) for name, want in wanted.items()])
    return known


async def write_back(transaction: Transaction, identities: Iterable[Known]) -> None:
    """Write what changed of these identities."""
    rows = [(i.id, i.name, i.reachable, i.consent, i.last_in_at) for i in identities if i.touched]
    if rows:
        await transaction.execute(_WRITE_BACK, *zip(*rows, strict=True))


def _known(row: Row) -> Known:
    return Known(
        id=row["id"],
        customer=row["customer_id"],
        person=row["person"],
        organisation=row["organisation"],
        name=row["name"],
        reachable=row["reachable"],
        consent=row["consent"],
        last_in_at=row["last_in_at"],
    )


async def _reserve(transaction: Transaction, wanted: Sequence[Wanted], schema: str) -> None:
    # Two processes may hear a new customer at once, on one channel or on two that prove the same person. Neither has a
    # row to lock yet, so the second waits on the name itself, and then finds what the first has made.
    names = {f"{want.address.channel}|{want.address.user}" for want in wanted}
    names |= {want.sender.person for want in wanted if want.sender.person}
    keys = sorted(_number(f"{schema}|{name}") for name in names)
    await transaction.execute("SELECT pg_advisory_xact_lock(k) FROM unnest($1::bigint[]) AS k", keys)


def _number(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


async def _make(transaction: Transaction, wanted: Sequence[Wanted]) -> None:
    persons = [want.sender.person for want in wanted if want.sender.person]
    found = {row["person"]: row["customer"] for row in await transaction.fetch(_OLDEST, persons)} if persons else {}
    # One customer for each person not met before, and one for each identity that proves none.
    strangers: dict[str | Name, Wanted] = {}
    for want in wanted:
        if want.sender.person not in found:
            strangers.setdefault(want.sender.person or (want.address.channel, want.address.user), want)
    made: dict[str | Name, int] = {}
    if strangers:
        rows = await transaction.fetch(
            _NEW_CUSTOMERS, *zip(*((want.at, want.sender.name) for want in strangers.values()), strict=True)
        )
        made = dict(zip(strangers, sorted(row["id"] for row in rows), strict=True))
    identities = []
    for want in wanted:
        sender, name = want.sender, (want.address.channel, want.address.user)
        owner = found.get(sender.person) or made[sender.person or name]
        first = strangers.get(sender.person or name) is want
        how = "first message" if first else proof_of(sender.person)
        identities.append((owner, *name, sender.person, sender.name, how, want.at))
    await transaction.execute(_NEW_IDENTITIES, *zip(*identities, strict=True))


async def _prove(transaction: Transaction, identity: Known, want: Wanted, locked: Iterable[Known]) -> None:
    # The platform now tells which person an identity is that was known without one. If that person is a customer
    # already, the two are one: the older customer stays, and all identities of the younger are linked to it.
    person = want.sender.person
    await transaction.execute("UPDATE identities SET person = $2 WHERE id = $1", identity.id, person)
    other = await transaction.fetchval(
        "SELECT min(customer_id) FROM identities WHERE person = $1 AND id <> $2", person, identity.id
    )
    identity.person = person
    if other is None or other == identity.customer:
        return
    await _unite(transaction, identity.customer, other, how=proof_of(person), at=want.at, locked=locked)


async def arrive(transaction: Transaction, identity: Known, owner: int, at: int, locked: Iterable[Known]) -> None:
    """The identity has shown a pass of the customer `owner`: both are one from now on."""
    if identity.customer != owner:
        await _unite(transaction, identity.customer, owner, how=BY_PASS, at=at, locked=locked)


async def _unite(transaction: Transaction, one: int, other: int, *, how: str, at: int, locked: Iterable[Known]) -> None:
    older, younger = await unite(transaction, one, other, how=how, at=at)
    for known in locked:
        if known.customer == younger:
            known.customer = older


async def _join_organisations(transaction: Transaction, senders: Sequence[tuple[Known, Sender]]) -> None:
    joining = [(i, s) for i, s in senders if s.organisation and not i.organisation]
    if not joining:
        return
    named = sorted({sender.organisation: sender.organisation_name for _, sender in joining}.items())
    await transaction.execute(_ORGANISATIONS, *zip(*named, strict=True))
    rows = [(identity.id, sender.organisation) for identity, sender in joining]
    await transaction.execute(_JOIN, *zip(*rows, strict=True))
    for identity, sender in joining:
        identity.organisation = sender.organisation
