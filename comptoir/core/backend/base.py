"""Django's PostgreSQL backend with a pool of ours (`ENGINE` names the package of this module).

Django's own can check a connection only by asking the server, an exchange a request, and then meets
the dead ones of a restart one after another, waiting longer each time.
"""

import select
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base, features, operations
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap
from psycopg.types.datetime import TimestamptzLoader
from psycopg_pool import ConnectionPool
from psycopg_pool.pool import AddConnection, MaintenanceTask

Connection = psycopg.Connection[Any]

PLANNED_ANEW = "/* planned anew */"
"""How a statement begins that is never prepared: its best plan hangs on what it is asked.

Of a prepared one PostgreSQL may take the plan that serves everything alike, and a few titles would
be read as if they were many."""


MOST_PARAMETERS = 2**16 - 1
"""What one statement takes of them when they are bound on the server (PostgreSQL's protocol, the
message Bind counts them in 16 bits)."""

PATIENCE_SECONDS = 0.05
"""So long a pool that has enough connections waits for one of them before it opens others."""


class DatabaseFeatures(features.DatabaseFeatures):
    """Django's own, and how many parameters a statement has."""

    max_query_params = MOST_PARAMETERS


class DatabaseOperations(operations.DatabaseOperations):
    """Django's own, which asks for as many rows at once as there are."""

    def bulk_batch_size(self, fields: Sequence[Any], objs: Sequence[Any]) -> int:
        """Return how many rows fit into one statement: of an insert, an update, or what goes with
        a row that is deleted."""
        return min(len(objs), MOST_PARAMETERS // max(1, len(fields)))


class MomentLoader(TimestamptzLoader):
    """Reads a moment that the server tells in UTC."""

    timezone = UTC
    """In which zone it reads: Django asks every loader."""

    def load(self, data: Buffer) -> datetime:
        """Return the moment: Django's own takes ten times as long for the same."""
        try:
            moment = datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            return super().load(data).replace(tzinfo=UTC)  # or say what is wrong with it
        return moment


@lru_cache
def _read_in_utc(context: AdaptersMap) -> AdaptersMap:
    adapters = AdaptersMap(context)
    adapters.register_loader("timestamptz", MomentLoader)
    return adapters


class DatabaseWrapper(base.DatabaseWrapper):
    """One thread's way to the database, through the pool of its process if there is one."""

    features_class = DatabaseFeatures
    ops_class = DatabaseOperations

    # Django's own, which its stubs do not name.
    _connection_pools: dict[str, "ConnectionPool[Connection]"]
    _configure_connection: Callable[[Connection], None]

    @property
    def pool(self) -> "ConnectionPool[Connection] | None":
        """The process's pool for this database, made at its first use; None without one."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        pools = self._connection_pools
        if self.alias not in pools:
            if self.settings_dict.get("CONN_MAX_AGE", 0) != 0:
                raise ImproperlyConfigured("A pool keeps its connections itself: CONN_MAX_AGE=0.")
            # Threads may make one each here: unopened they cost nothing, and the first one stays.
            pools.setdefault(self.alias, self._new_pool(options))
        return pools[self.alias]

    def get_connection_params(self) -> dict[str, Any]:
        """Return what Django's own does, with our cursor where statements are prepared."""
        params: dict[str, Any] = super().get_connection_params()
        if self.timezone is UTC:
            params["context"] = _read_in_utc(params["context"])
        if self.settings_dict["OPTIONS"].get("server_side_binding") is True:
            params["cursor_factory"] = Cursor
        return params

    def _new_pool(self, options: dict[str, Any]) -> "ConnectionPool[Connection]":
        pool: Pool

        def check(connection: Connection) -> None:
            if not is_alive(connection):
                # A server that restarted has ended all of them.
                pool.drain()
                raise psycopg.OperationalError("the server has closed this connection")

        pool = Pool(
            kwargs={**self.get_connection_params(), "autocommit": True},
            open=False,
            configure=self._configure_connection,
            check=check,
            **options,
        )
        return pool


class Latest(deque["Connection"]):
    """Connections of which the one given back last is taken first."""

    def append(self, connection: "Connection", /) -> None:
        """Put a connection where `popleft` finds it."""
        self.appendleft(connection)


class Pool(ConnectionPool["Connection"]):
    """A pool that works with as few connections as it can.

    Each that is used has a process of the server plan the same statements, 4 to 6 MB. psycopg's own
    takes them in turn, so that all of them are used; here the one given back last is. The others
    are closed, one each `max_idle`. Where there are `enough`, whoever asks waits for one that comes
    free; up to `max_size` are opened only while for `PATIENCE_SECONDS` none did.
    """

    def __init__(self, *, enough: int | None = None, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self._pool = Latest()
        self._most = self._max_size
        # So far it grows by itself.
        self._max_size = min(self._most, max(self._min_size, enough or self._most))
        self._watched: object | None = None

    def _maybe_grow_pool(self) -> None:
        super()._maybe_grow_pool()
        if self._watched is None:
            self._watch()

    def _watch(self) -> None:
        """Have it looked after a while whether the first who waits does so still."""
        if self._waiting and self._nconns < self._most:
            self._watched = self._waiting[0]
            self.schedule_task(LookAgain(self), PATIENCE_SECONDS)

    def look_again(self) -> None:
        """Open one for each who waits if none came free since the first of them was looked at."""
        with self._lock:
            watched, self._watched = self._watched, None
            stuck = bool(self._waiting) and self._waiting[0] is watched
            if stuck and not self._growing:
                # All of them at once: each waits for no longer than the pool's `timeout`.
                wanted = min(len(self._waiting), self._most - self._nconns)
                self._nconns += wanted
                self._growing = wanted > 0
                for number in range(wanted):
                    self.run_task(AddConnection(self, growing=number == wanted - 1))
            self._watch()

    def _shrink_pool(self) -> None:
        before = len(self._pool)
        self._pool.rotate(1)  # the one that was not taken for longest is closed
        super()._shrink_pool()
        if len(self._pool) == before:
            self._pool.rotate(-1)


class LookAgain(MaintenanceTask):
    """A look of the pool's own workers at who waits."""

    def _run(self, pool: ConnectionPool[Any]) -> None:
        if isinstance(pool, Pool):
            pool.look_again()


class Cursor(base.CursorMixin, psycopg.Cursor[Any]):
    """A cursor that binds on the server, and has its statement planned anew where it says so."""

    def execute(
        self,
        query: Any,  # noqa: ANN401
        params: Any = None,  # noqa: ANN401
        *,
        prepare: bool | None = None,
        binary: bool | None = None,
    ) -> "Cursor":
        """Execute one statement; see `PLANNED_ANEW`."""
        if prepare is None and isinstance(query, str) and query.startswith(PLANNED_ANEW):
            prepare = False
        super().execute(query, params, prepare=prepare, binary=binary)
        return self


def is_alive(connection: "Connection | psycopg.AsyncConnection[Any]") -> bool:
    """Return whether the server has not closed an idle connection, without asking it.

    A server that stops says so, and closes the socket: then there is something to read.
    """
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    if not poll.poll(0):
        return True
    try:
        connection.pgconn.consume_input()
    except psycopg.OperationalError:
        return False
    return not connection.closed and not poll.poll(0)
