"""`GET /healthz`: whether this node can really serve."""

import threading
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import psycopg
from django.apps import apps
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comptoir.search import health as search_health

CACHE_SECONDS = 1.0
WORKER_SECONDS = 45
_lock = threading.Lock()
_last: tuple[float, list[str]] = (0.0, [])


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Answer 200 when the database is there and migrated, the index usable and the jobs worker
    alive; 503 with the reasons otherwise. What is found is good for a second."""
    reasons = _reasons()
    return JsonResponse(
        {"status": "unable" if reasons else "ok", "reasons": reasons},
        status=503 if reasons else 200,
    )


def problems() -> list[str]:
    """Return why this node cannot serve, in words that hold no secret; empty when it can."""
    try:
        with _connect() as database:
            found = [
                sentence
                for sentence, query, params in (
                    ("database: not migrated to this version", _MIGRATED, [sorted(_migrations())]),
                    ("jobs: no worker is alive", _WORKER, [WORKER_SECONDS]),
                )
                if not _holds(database, query, params)
            ]
    except psycopg.OperationalError:
        return ["database: cannot be reached"]
    search = search_health.problem()
    return [*found, search] if search else found


def is_migrated() -> bool:
    """Return whether the database knows every migration of this version, without loading any."""
    with _connect() as database:
        return _holds(database, _MIGRATED, [sorted(_migrations())])


def _reasons() -> list[str]:
    global _last
    with _lock:
        if time.monotonic() - _last[0] > CACHE_SECONDS:
            _last = (time.monotonic(), problems())
        return _last[1]


def _connect() -> psycopg.Connection[tuple[bool]]:
    """Return a connection of its own: the pool waits for a database that is down."""
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    params = connection.get_connection_params()
    mine = {name: value for name, value in params.items() if name in known}
    return psycopg.connect(**{**mine, "connect_timeout": 2}, autocommit=True)


def _holds(database: psycopg.Connection[tuple[bool]], query: str, params: Sequence[object]) -> bool:
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
_WORKER = (
    "SELECT EXISTS (SELECT FROM procrastinate_workers"
    " WHERE last_heartbeat > now() - make_interval(secs => %s))"
)
