"""The shop's page: its orders, and the codes it would have sent by mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from csbot.sampleshop.orders import EVERYBODY, Order, SentCode

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer"><title>Sample shop</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border-bottom: 1px solid #8886; padding: .4rem .6rem .4rem 0; text-align: left }}
code {{ font-size: 1.2em }}
</style></head><body>
<h1>Sample shop</h1>
<p>The sample brand's own order system. Ask csbot about one of these orders; the first ones anybody may ask about.</p>
{orders}
<h2>Codes sent</h2>
{codes}
</body></html>
"""


def page(orders: Iterable[Order], codes: Sequence[SentCode]) -> str:
    """The page as HTML; codes come newest first."""
    return _PAGE.format(
        orders=_table(
            ("order", "status", "place", "day", "whose", "contact"),
            [
                (order.number, order.status, order.place, order.expected.isoformat(), _whose(order), order.contact)
                for order in orders
            ],
        ),
        codes=_table(
            ("time", "order", "to", "code"),
            [(f"{sent.at:%H:%M:%S} UTC", sent.order, sent.contact, sent.code) for sent in reversed(codes)],
        )
        if codes
        else "<p>None yet: ask about an order that is somebody's, from where csbot does not know you.</p>",
    )


def _whose(order: Order) -> str:
    return "anybody's" if EVERYBODY in order.owner else ", ".join(order.owner)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
