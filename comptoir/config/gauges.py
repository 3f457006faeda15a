"""What `/metrics` asks at the moment it is read: the database, the index, the pool and the disk."""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from prometheus_client.core import GaugeMetricFamily, Metric

from comptoir.config.health import problems
from comptoir.core.db import fetch, is_gone
from comptoir.search import store
from comptoir.version import running

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One gauge of the database: its rows are the labels' values, then the number."""

    name: str
    told: str
    labels: Sequence[str]
    sql: str


IN_DATABASE = (
    Asked(
        "comptoir_orders_open",
        "Reservations that hold copies or wait for something, by status.",
        ["status"],
        "SELECT status, count(*) FROM orders_order WHERE ended_at IS NULL GROUP BY status",
    ),
    Asked(
        "comptoir_till_report_age_seconds",
        "Since when a till's figures are true: the age of its newest report that was accepted.",
        ["shop", "format"],
        "SELECT s.slug, f.format, extract(epoch FROM now() - f.as_of) FROM stock_feed f"
        " JOIN shops_shop s ON s.id = f.shop_id"
        " WHERE f.as_of IS NOT NULL AND f.retired_at IS NULL AND s.paused_at IS NULL",
    ),
    Asked(
        "comptoir_tills_silent",
        "Tills that have been silent for too long.",
        [],
        "SELECT count(*) FROM stock_feedsilence WHERE ended_at IS NULL",
    ),
    Asked(
        "comptoir_reports_day",
        "Reports of the last 24 hours, by status.",
        ["status"],
        "SELECT status, count(*) FROM stock_feedrun"
        " WHERE received_at > now() - interval '1 day' GROUP BY status",
    ),
    Asked(
        "comptoir_jobs",
        "Jobs, by queue and status.",
        ["queue", "status"],
        "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs GROUP BY 1, 2",
    ),
    Asked(
        "comptoir_jobs_oldest_seconds",
        "How long the oldest job of a queue has waited since it was due.",
        ["queue"],
        "SELECT j.queue_name, extract(epoch FROM now() - min(coalesce(j.scheduled_at, e.at)))"
        " FROM procrastinate_jobs j JOIN procrastinate_events e"
        " ON e.job_id = j.id AND e.type = 'deferred' WHERE j.status = 'todo'"
        " AND coalesce(j.scheduled_at, e.at) <= now() GROUP BY 1",
    ),
    # Not of all that are kept: to count a million of them reads them all, each time.
    Asked(
        "comptoir_mails_not_left",
        "Mails that were tried and have not left, by status: tried again, or given up.",
        ["status"],
        "SELECT status, count(*) FROM notifications_message WHERE failing_since IS NOT NULL"
        " GROUP BY status",
    ),
    # By the index in which followers read: the first that was written is the oldest.
    Asked(
        "comptoir_outbox_oldest_seconds",
        "The age of the oldest entry of the outbox; entries are kept for two days.",
        [],
        "SELECT coalesce((SELECT extract(epoch FROM now() - written_at) FROM core_outbox"
        " ORDER BY xid, id LIMIT 1), 0)",
    ),
    Asked(
        "comptoir_webhooks_lag_seconds",
        "For how long the webhooks have not followed what changed.",
        [],
        "SELECT extract(epoch FROM now() - moved_at) FROM webhooks_followed",
    ),
    Asked(
        "comptoir_database_bytes",
        "The size of the database.",
        [],
        "SELECT pg_database_size(current_database())",
    ),
)


class Now:
    """A collector (prometheus_client) of what is true at the moment it is asked."""

    def __init__(self, ask: Callable[[str], Rows] = fetch) -> None:
        self._ask = ask

    def collect(self) -> Iterator[Metric]:
        """Yield every gauge; without a database those that need none, and that it is gone."""
        yield _one("comptoir_info", "The version that runs.", 1, {"version": running()})
        found = problems()
        yield _one("comptoir_able", "1 while this node can serve (/healthz).", not found.reasons)
        yield _one("comptoir_warnings", "Warnings of /healthz.", len(found.warnings))
        disk = shutil.disk_usage(settings.VAR)
        yield _one("comptoir_disk_free_bytes", "Room left where this node's data lie.", disk.free)
        yield _one("comptoir_disk_bytes", "Room in all where this node's data lie.", disk.total)
        yield from self._index()
        yield from self._pool()
        try:
            for asked in IN_DATABASE:
                yield _family(asked, self._ask(asked.sql))
        except DatabaseError as error:
            if not is_gone(error):
                raise

    @staticmethod
    def _index() -> Iterator[Metric]:
        generation = store.current()
        if mark := store.read_mark(generation) if generation else None:
            late = max(0.0, time.time() - mark.read_at)
            told = "For how long this node's index has not followed what changed."
            yield _one("comptoir_index_lag_seconds", told, late)

    @staticmethod
    def _pool() -> Iterator[Metric]:
        """Of the process that answers alone: each has a pool of its own."""
        pool = getattr(connection, "pool", None)
        if pool is None:
            return
        family = GaugeMetricFamily(
            "comptoir_pool", "Connections of the process that answers.", labels=["what"]
        )
        stats = pool.get_stats()
        for what in ("pool_size", "pool_available", "requests_waiting", "requests_errors"):
            family.add_metric([what.removeprefix("pool_")], stats.get(what, 0))
        yield family


def _family(asked: Asked, rows: Rows) -> GaugeMetricFamily:
    family = GaugeMetricFamily(asked.name, asked.told, labels=asked.labels)
    for *labels, number in rows:
        family.add_metric([str(label) for label in labels], float(number))
    return family


def _one(name: str, told: str, value: float, labels: dict[str, str] | None = None) -> Metric:
    family = GaugeMetricFamily(name, told, labels=list(labels or {}))
    family.add_metric(list((labels or {}).values()), float(value))
    return family
