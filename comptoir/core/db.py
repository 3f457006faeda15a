"""Small helpers over Django's ORM and psycopg that several packages need."""

from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, connection, models
from django.db.models.base import ModelState
from psycopg.pq import Format
from psycopg.rows import namedtuple_row
from psycopg.sql import Literal

Row = TypeVar("Row", bound=models.Model)


def enum_check(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """Return the constraint by which the database itself refuses a value outside the enum."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": list(choices.values)}), name=name
    )


def violated_constraint(error: DatabaseError) -> str | None:
    """Return the name of the constraint that PostgreSQL says was violated, if it named one."""
    cause = error.__cause__
    if isinstance(cause, psycopg.Error):
        return cause.diag.constraint_name
    return None


_GONE = {"57P01", "57P02", "57P03", "53300"}


def is_gone(error: BaseException) -> bool:
    """Return whether an error says that the database cannot be reached just now: no connection is
    to be had, it was lost, or the server stops, starts or has no more room.

    Source: PostgreSQL's classes of error, 08, 53300 and 57P01 to 57P03. What was under way on a
    connection that was lost may have been committed or not.
    """
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if not isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    state = cause.sqlstate
    return state is None or state.startswith("08") or state in _GONE


def among(keys: str, kind: str = "bigint") -> str:
    """Return `= ANY(keys)`, in SQL, with an array whose length the planner is not shown.

    A prepared statement that shows it is planned anew for every short array: the plan that serves
    all is made as for ten keys, and looks dearer. To plan then costs many times what the statement
    does. For keys that an index finds, however many or few there are.
    """
    return f"= ANY((SELECT {keys}::{kind}[])::{kind}[])"


def as_text(found: models.QuerySet[Any], **asked: Any) -> str:  # noqa: ANN401
    """Return a question of Django's, as SQL to stand in a statement of ours.

    Where it asks for one of the `asked` values, the statement has a parameter of that name; each of
    these is to be like no other value of the question. Every other value is written into it. What
    is asked on every page is put together once so: Django takes longer for that than for the rest.
    """
    names = {value: name for name, value in asked.items()}
    try:
        sql, values = found.order_by().query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL::bigint WHERE false"
    told = [f"%({names[each]})s" if each in names else _literal(each) for each in values]
    return sql % tuple(told)


def _literal(value: Any) -> str:  # noqa: ANN401
    plain = getattr(value, "value", value)  # of an enum's member
    return Literal(plain).as_string().replace("%", "%%")


def fetch(sql: str, params: Iterable[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement on Django's connection and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params if isinstance(params, dict) else tuple(params))
        return cursor.fetchall()


def fetch_named(
    sql: str, params: Iterable[Any] | dict[str, Any] = (), *, binary: bool = False
) -> list[Any]:
    """Run one statement as `fetch` does and return its rows as named tuples, a name a column.

    `binary`: the server sends its values as it keeps them, which costs many moments less to read.
    Raises `ValueError` when two columns have one name.
    """
    with connection.cursor() as cursor:
        # Django hands its own tuples out; what it wraps is psycopg's cursor.
        cursor.cursor.row_factory = namedtuple_row
        if binary:
            cursor.cursor.format = Format.BINARY
        cursor.execute(sql, params if isinstance(params, dict) else tuple(params))
        return cursor.fetchall()


class Columns(Generic[Row]):
    """The columns of a model as statements of ours read them, and what is made of their rows.

    A name that is `left_out` is deferred: Django reads it when it is asked for.
    """

    def __init__(self, model: type[Row], *left_out: str) -> None:
        fields = [each for each in model._meta.concrete_fields if each.name not in left_out]
        self._model = model
        self._names = [field.attname for field in fields]
        self._columns = [field.column for field in fields]
        self._prefix = f"{model._meta.model_name}__"

    def of(self, table: str) -> str:
        """Return them as a statement names them, of a table by its name there."""
        pairs = zip(self._columns, self._names, strict=True)
        return ", ".join(f"{table}.{column} AS {self._prefix}{name}" for column, name in pairs)

    def make(self, row: Any) -> Row:  # noqa: ANN401  a named row
        """Return what a row of `fetch_named` holds."""
        values = [getattr(row, self._prefix + name) for name in self._names]
        return self._model.from_db(connection.alias, self._names, values)


class Mould(Generic[Row]):
    """Makes new rows of a model as its constructor does, from values by the names of their columns,
    in a fifth of the time: it was asked once what is there where nothing is said.

    Nothing is converted. Raises `TypeError` for a model of which a default is made for each row.
    """

    def __init__(self, model: type[Row]) -> None:
        fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        if made := [f.name for f in fields if f.has_default() and callable(f.default)]:
            raise TypeError(f"{model.__name__}: {', '.join(made)}")
        self._model = model
        self._unsaid = {field.attname: field.get_default() for field in fields}
        self._unsaid[model._meta.pk.attname] = None

    def make(self, **values: Any) -> Row:  # noqa: ANN401
        """Return a row that is not saved yet. Raises `TypeError` for what is no column's name."""
        row = self._model.__new__(self._model)
        row.__dict__.update(self._unsaid, _state=ModelState(), **values)
        if len(row.__dict__) > len(self._unsaid) + 1:
            raise TypeError(f"{self._model.__name__}: {values.keys() - self._unsaid.keys()}")
        return row


def remember(one: models.Model, name: str, rows: list[Any]) -> None:
    """Let `one.<name>.all()` answer from memory, as after `prefetch_related`."""
    known = getattr(one, name).all()
    known._result_cache, known._prefetch_done = rows, True
    one.__dict__.setdefault("_prefetched_objects_cache", {})[name] = known


def execute(sql: str, params: Iterable[Any] | dict[str, Any] = ()) -> int:
    """Run one statement on Django's connection and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params if isinstance(params, dict) else tuple(params))
        return cursor.rowcount


def execute_all(
    statements: Sequence[str], params: dict[str, Any] | None = None, *, often: bool = False
) -> list[Any]:
    """Run several statements in one exchange with the server; return the rows of the last one.

    Each sees what those before it did. What does much for little asks it this way: an exchange
    costs more than a small statement. `often`: they come again and again, whatever they are asked,
    for one plan: each is then planned once a connection, where statements are prepared at all.
    """
    connection.ensure_connection()
    if often and connection.connection.prepare_threshold is not None:
        return _execute_prepared(statements, params)
    # Only a cursor that binds on this side may send several statements at once.
    several = psycopg.ClientCursor(connection.connection)
    with connection.make_cursor(several) as cursor:  # type: ignore[arg-type]
        cursor.execute(";\n".join(statements), params or None)
        while cursor.nextset():
            pass
        return cursor.fetchall() if cursor.description else []


def _execute_prepared(statements: Sequence[str], params: dict[str, Any] | None) -> list[Any]:
    native = connection.connection
    with connection.wrap_database_errors, native.pipeline() as pipeline:
        cursors = [connection.make_cursor(psycopg.Cursor(native)) for _each in statements]  # type: ignore[arg-type]
        for cursor, statement in zip(cursors, statements, strict=True):
            cursor.execute(statement, params or None)
        pipeline.sync()
        last = cursors[-1]
        return last.fetchall() if last.description else []


def connect() -> psycopg.Connection[Any]:
    """Return a connection of its own, in autocommit: the pool waits for a database that is down.
    Raises `psycopg.OperationalError`."""
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    params = connection.get_connection_params()
    mine = {name: value for name, value in params.items() if name in known}
    return psycopg.connect(**{**mine, "connect_timeout": 2}, autocommit=True)
