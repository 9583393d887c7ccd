"""A store that has seen a lot: conversations, messages, events and parts as csbot itself would have left them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from csbot.store.schema import script

PER_CONVERSATION = 50

_FILL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :conversations)
INSERT INTO customers (id, created_at, greeted_at, name) SELECT i, :at, :at, '' FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :conversations)
INSERT INTO identities (id, customer_id, channel, address, person, last_in_at, linked_at)
SELECT i, i, 'sms', '+4915' || (100000000 + i), 'phone:+4915' || (100000000 + i), :at, :at FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :conversations)
INSERT INTO lanes (id, key, customer_id, conversation_id, identity_id, reply_to)
SELECT i, 'customer:' || i, i, i, i, '{"channel":"sms","user":"+4915' || (100000000 + i) || '"}' FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :conversations)
INSERT INTO conversations (id, lane_id, state, language, opened_at, updated_at)
SELECT i, i, 'bot', 'tr', :at + i, :at + i FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :messages)
INSERT INTO messages (id, conversation_id, identity_id, direction, author, kind, text, channel, external_id, at)
SELECT i, (i - 1) / :each + 1, (i - 1) / :each + 1,
    CASE i % 2 WHEN 1 THEN 'in' ELSE 'out' END, CASE i % 2 WHEN 1 THEN 'customer' ELSE 'bot' END, 'text',
    'Siparişim ne zaman gelir acaba, geçen hafta vermiştim ' || i, 'sms',
    CASE i % 2 WHEN 1 THEN 'SMold' || i ELSE '' END, :at + i FROM n;
INSERT INTO events (channel, key, kind, lane_id, message_id, waiting, received_at)
SELECT 'sms', external_id, 'message', conversation_id, id, 0, at FROM messages WHERE direction = 'in';
INSERT INTO parts (message_id, conversation_id, identity_id, channel, chat, state, author, to_address, body,
    external_ids, attempts, updated_at)
SELECT id, conversation_id, identity_id, 'sms', 'sms|+4915' || (100000000 + identity_id) || '|', 'delivered', 'bot',
    '{"channel":"sms","user":"+4915' || (100000000 + identity_id) || '"}', '{"text":"..."}',
    '["SMsent' || id || '"]', 1, at FROM messages WHERE direction = 'out';
INSERT INTO sent_ids (channel, external_id, part_id)
SELECT 'sms', 'SMsent' || message_id, id FROM parts;
"""


def fill(file: Path, messages: int) -> None:
    """Make `file` a store with that many messages, half of them the bot's, PER_CONVERSATION in each conversation."""
    connection = sqlite3.connect(file)
    try:
        connection.executescript(script("sqlite"))
        values = {
            "messages": messages,
            "conversations": max(1, messages // PER_CONVERSATION),
            "each": PER_CONVERSATION,
            "at": 1_780_000_000_000_000,
        }
        with connection:
            for statement in _FILL.split(";\n"):
                if statement.strip():
                    connection.execute(statement, values)
        connection.execute("ANALYZE")
        connection.commit()
    finally:
        connection.close()
