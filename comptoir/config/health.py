"""`GET /healthz`: whether this node can really serve."""

import threading
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comptoir.config.operator import asks_as_operator
from comptoir.core.db import connect
from comptoir.core.exits import voice
from comptoir.notifications.models import Reason
from comptoir.search import health as search_health
from comptoir.stock.arrivals.drop import trouble_with
from comptoir.version import running

CACHE_SECONDS = 1.0
WORKER_SECONDS = 45
LATE_MAIL_SECONDS = 300
OTHERS_TROUBLE = [Reason.MAILBOX.value, Reason.TOO_LATE.value]
"""Why a mail may not leave without anything being wrong here."""


class Found(NamedTuple):
    """Why a node cannot serve, and what it can serve in spite of; in words without a secret."""

    reasons: list[str]
    warnings: list[str]


_lock = threading.Lock()
_last: tuple[float, Found] = (0.0, Found([], []))


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database is there and migrated, the index usable and the jobs worker
    alive; 503 otherwise. What is found is good for a second.

    Who runs the installation (`config.operator`) is told its version, the reasons, and `warnings`
    of what a node can serve in spite of: mails that do not leave, from the first that fails."""
    found = _found()
    told: dict[str, object] = {"status": "unable" if found.reasons else "ok"}
    if asks_as_operator(request):
        details = {"reasons": found.reasons, "warnings": found.warnings, "version": running()}
        told |= details
    return JsonResponse(told, status=503 if found.reasons else 200)


def problems() -> Found:
    """Return why this node cannot serve (nothing when it can), and its warnings."""
    warnings: list[str] = []
    try:
        with connect() as database:
            found = [
                sentence
                for sentence, query, params in (
                    ("database: not migrated to this version", _MIGRATED, [sorted(_migrations())]),
                    ("jobs: no worker is alive", _WORKER, [WORKER_SECONDS]),
                )
                if not _holds(database, query, params)
            ]
            if not found:
                warnings += _warnings(database)
    except psycopg.OperationalError:
        return Found(["database: cannot be reached"], _drop_folder())
    search = search_health.problem()
    return Found([*found, search] if search else found, [*warnings, *_drop_folder()])


def _warnings(database: psycopg.Connection[tuple[Any, ...]]) -> list[str]:
    """Return what is wrong with mails (those that wait, those that were tried and not taken), and
    what else nobody sees on the pages."""
    found = []
    if _holds(database, _LATE_MAILS, [LATE_MAIL_SECONDS]):
        found.append("mails: some wait for longer than they should")
    for reason, count in database.execute(_TROUBLE_OF_MAILS.encode(), [OTHERS_TROUBLE]):
        found.append(f"mails: {count} not sent ({reason})")
    if _holds(database, f"SELECT ({voice.SILENT}) IS NOT NULL", [voice.public_address()]):
        found.append("outgoing: a copy, or told to be quiet; nothing leaves (comptoir speak)")
    if _holds(database, _NEWER, _known()):
        found.append("database: migrated by a newer version than this one")
    return found


def _drop_folder() -> list[str]:
    """Return a warning where tills' files cannot be taken from the drop folder; no path is told."""
    if settings.DROP_FOLDER and (found := trouble_with(settings.DROP_FOLDER)):
        return [f"drop folder: {len(found)} cannot be used (comptoir check --installation)"]
    return []


def is_migrated() -> bool:
    """Return whether the database knows every migration of this version, without loading any."""
    with connect() as database:
        return _holds(database, _MIGRATED, [sorted(_migrations())])


def is_newer() -> bool:
    """Return whether a newer version has migrated the database: this one serves it all the same."""
    with connect() as database:
        return _holds(database, _NEWER, _known())


def _known() -> list[list[str]]:
    return [sorted(config.label for config in apps.get_app_configs()), sorted(_migrations())]


def _found() -> Found:
    global _last
    with _lock:
        if time.monotonic() - _last[0] > CACHE_SECONDS:
            _last = (time.monotonic(), problems())
        return _last[1]


def _holds(
    database: psycopg.Connection[tuple[Any, ...]], query: str, params: Sequence[object]
) -> bool:
    try:
        row = database.execute(query.encode(), params).fetchone()
    except psycopg.errors.UndefinedTable:
        return False
    return bool(row and row[0])


@cache
def _migrations() -> frozenset[str]:
    """Return every migration of this version as `app.name`, from the names of the files."""
    return frozenset(
        f"{config.label}.{path.stem}"
        for config in apps.get_app_configs()
        for path in Path(config.path, "migrations").glob("[0-9]*.py")
    )


_MIGRATED = (
    "SELECT NOT EXISTS (SELECT unnest(%s::text[])"
    " EXCEPT SELECT app || '.' || name FROM django_migrations)"
)
# Of packages that this version has too; the migrations of one that was left out stay for good.
_NEWER = (
    "SELECT EXISTS (SELECT FROM django_migrations WHERE app = ANY(%s::text[])"
    " AND app || '.' || name <> ALL(%s::text[]))"
)
# Of the oldest that wait: a mail may have been erased with its order, its job is there still.
_LATE_MAILS = (
    "SELECT EXISTS (SELECT FROM (SELECT args FROM procrastinate_jobs WHERE queue_name = 'mail'"
    " AND status IN ('todo', 'doing') ORDER BY id LIMIT 100) oldest,"
    " jsonb_path_query(args, 'lax $.*[*]') AS key JOIN notifications_message m"
    " ON m.id = key::text::bigint AND m.status = 'queued'"
    " WHERE m.created_at < now() - make_interval(secs => %s))"
)
# What is tried again, and what was given up within a day.
_TROUBLE_OF_MAILS = (
    "SELECT reason, count(*) FROM notifications_message WHERE failing_since IS NOT NULL"
    " AND (status = 'queued' OR failing_since > now() - interval '1 day')"
    " AND NOT reason = ANY(%s) GROUP BY reason ORDER BY reason"
)
_WORKER = (
    "SELECT EXISTS (SELECT FROM procrastinate_workers"
    " WHERE last_heartbeat > now() - make_interval(secs => %s))"
)
