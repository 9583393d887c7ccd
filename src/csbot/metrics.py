"""What operators watch: counters and gauges for /metrics, in one registry a process."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()

ACKS = Counter(
    "csbot_acks_total", "Webhooks answered, by channel and outcome", ["channel", "outcome"], registry=REGISTRY
)
SENDS = Counter("csbot_sends_total", "Sends by channel and result", ["channel", "result"], registry=REGISTRY)
TURNS = Counter("csbot_turns_total", "Turns by decision", ["decision"], registry=REGISTRY)
ENGINES = Counter(
    "csbot_engine_questions_total",
    "Questions by understanding engine and what came of it: sure, unsure, late, away, resting",
    ["engine", "outcome"],
    registry=REGISTRY,
)
LOOKUPS = Counter(
    "csbot_lookups_total",
    "Questions to the brand's own systems, by lookup and what came of it",
    ["lookup", "branch"],
    registry=REGISTRY,
)
LOOKUP_S = Histogram(
    "csbot_lookup_seconds",
    "How long the brand's own systems took to answer, by lookup",
    ["lookup"],
    registry=REGISTRY,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10),
)
LAG = Histogram(
    "csbot_lag_seconds",
    "From a customer's words to the stage: stored (the ack may go), turn (its answer decided), sent (it is out)",
    ["stage"],
    registry=REGISTRY,
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300),
)
CONTENT = Gauge("csbot_content", "1 for the content in force in this process", ["version"], registry=REGISTRY)
SPOOLED = Gauge("csbot_spool_files", "Files waiting in the spool, by channel", ["channel"], registry=REGISTRY)
ALARM = Gauge("csbot_alarm", "1 while something needs an operator, by what", ["what"], registry=REGISTRY)
STORE = Gauge("csbot_store", "Waiting, parked, queued, unknown, due lanes", ["what"], registry=REGISTRY)


Metric = TypeVar("Metric", Counter, Gauge, Histogram)


@cache
def of(metric: Metric, *labels: str) -> Metric:
    """`metric.labels(...)`, looked up once: for the message path. Labels of few values only, since all are kept."""
    return metric.labels(*labels)


def exposition() -> bytes:
    """The registry in Prometheus' text format."""
    return generate_latest(REGISTRY)
