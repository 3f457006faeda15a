"""The database that an installation was given: whether it is one that Comptoir can live in.

No extension is needed, and neither the collation nor the time zone of the server matters: Comptoir
sorts by its own rules and keeps moments in UTC.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import namedtuple_row

from comptoir.installation.findings import Finding, error, note, warning
from comptoir.installation.words import gettext as _

OLDEST = 15
CLOCK_SECONDS = 2.0
_FACTS = (
    "SELECT current_setting('server_version_num')::int / 10000 AS version,"
    " current_setting('server_encoding') AS encoding, current_database() AS database,"
    " current_user AS role, current_schema() AS schema,"
    " current_schema() IS NOT NULL AND has_schema_privilege(current_schema(), 'CREATE') AS creates,"
    " has_database_privilege(current_database(), 'TEMPORARY') AS temporary,"
    " pg_is_in_recovery() AS standby, clock_timestamp() AS now,"
    " pg_database_size(current_database()) AS size,"
    " current_setting('log_error_verbosity') AS verbosity,"
    " current_setting('log_min_error_statement') AS quoted_from,"
    " to_regclass('django_migrations') IS NOT NULL AS migrated"
)
# Tables of others, by their names and not by their rows: it is not ours to read them.
_TABLES = (
    "SELECT count(*) AS tables, count(*) FILTER (WHERE NOT pg_has_role(relowner, 'USAGE'))"
    " AS foreign_tables, min(pg_get_userbyid(relowner)::text) FILTER (WHERE NOT"
    " pg_has_role(relowner, 'USAGE')) AS owner FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
)
_OURS = "SELECT count(*) AS ours FROM django_migrations WHERE app IN ('orders', 'shops', 'stock')"


def findings(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    """Yield what is wrong with a database that can be entered, gravest first."""
    before = datetime.now(UTC)
    facts = _one(connection, _FACTS)
    middle = before + (datetime.now(UTC) - before) / 2
    if facts.version < OLDEST:
        yield error(
            _("PostgreSQL is of version %(found)d: Comptoir needs %(least)d or newer.")
            % {"found": facts.version, "least": OLDEST}
        )
    if facts.encoding != "UTF8":
        yield error(_encoding(connection, facts))
    if facts.standby:
        yield error(_("This PostgreSQL is a standby, which takes no change: name the primary."))
        return
    if not facts.creates:
        yield error(_rights(connection, facts))
    if not facts.temporary:
        statement = sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {};")
        yield error(
            _("The user “%(role)s” may make no temporary tables. As postgres, run: %(sql)s")
            % {
                "role": facts.role,
                "sql": _written(connection, statement, facts.database, facts.role),
            }
        )
    yield from _tables(connection, facts)
    if facts.verbosity != "terse" or facts.quoted_from != "panic":
        yield warning(_logs(connection, facts))
    if abs(apart := (facts.now - middle).total_seconds()) > CLOCK_SECONDS:
        yield error(
            _(
                "The clocks of this machine and of the database are %(seconds).0f s apart: have"
                " both set by the network (timedatectl set-ntp true)."
            )
            % {"seconds": abs(apart)}
        )
    yield note(_("The database “%(name)s” has %(size)s.") % _size(facts))


def _size(facts: Any) -> dict[str, str]:  # noqa: ANN401 - a named tuple of the server's
    return {"name": facts.database, "size": megabytes(facts.size)}


def megabytes(size: int) -> str:
    """Return a number of bytes as people say it."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def _encoding(connection: psycopg.Connection[Any], facts: Any) -> str:  # noqa: ANN401
    statement = sql.SQL(
        "CREATE DATABASE {} OWNER {} ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0;"
    )
    return _(
        "The database “%(name)s” is written in %(encoding)s: titles need UTF-8. Make another one as"
        " postgres: %(sql)s Then name it in DATABASE_URL."
    ) % {
        "name": facts.database,
        "encoding": facts.encoding,
        "sql": _written(connection, statement, f"{facts.database}_utf8", facts.role),
    }


def _rights(connection: psycopg.Connection[Any], facts: Any) -> str:  # noqa: ANN401
    """Return what to run: since PostgreSQL 15 nobody but its owner may create in `public`."""
    if facts.schema is None:
        statement = sql.SQL("CREATE SCHEMA IF NOT EXISTS public; GRANT ALL ON SCHEMA public TO {};")
        written = _written(connection, statement, facts.role)
    else:
        statement = sql.SQL("GRANT USAGE, CREATE ON SCHEMA {} TO {};")
        written = _written(connection, statement, facts.schema, facts.role)
    return _(
        "The user “%(role)s” may make no tables in the database “%(name)s”. As postgres, in that"
        " database (psql %(name)s), run: %(sql)s"
    ) % {"role": facts.role, "name": facts.database, "sql": written}


def _logs(connection: psycopg.Connection[Any], facts: Any) -> str:  # noqa: ANN401
    """Return what keeps what people wrote out of the server's log: it quotes the row that a rule
    refuses, and the statement that failed with the values in it."""
    statement = sql.SQL(
        "ALTER DATABASE {0} SET log_error_verbosity = terse;"
        " ALTER DATABASE {0} SET log_min_error_statement = panic;"
    )
    return _(
        "Where a row is refused, this PostgreSQL writes it into its log, names and addresses of"
        " readers with it (log_error_verbosity is %(verbosity)s, log_min_error_statement"
        " %(quoted)s). As postgres, run: %(sql)s Or ask whoever runs it for you."
    ) % {
        "verbosity": facts.verbosity,
        "quoted": facts.quoted_from,
        "sql": _written(connection, statement, facts.database),
    }


def _tables(connection: psycopg.Connection[Any], facts: Any) -> Iterator[Finding]:  # noqa: ANN401
    if facts.schema is None:
        return
    tables = _one(connection, _TABLES)
    if tables.foreign_tables:
        statement = sql.SQL("REASSIGN OWNED BY {} TO {};")
        yield error(
            _(
                "%(count)d tables of this database belong to the user “%(owner)s”: name that one in"
                " DATABASE_URL, or as postgres run: %(sql)s"
            )
            % {
                "count": tables.foreign_tables,
                "owner": tables.owner,
                "sql": _written(connection, statement, tables.owner, facts.role),
            }
        )
    elif tables.tables and not (facts.migrated and _one(connection, _OURS).ours):
        yield error(
            _(
                "The database “%(name)s” holds %(count)d tables of another program: give Comptoir a"
                " database of its own."
            )
            % {"name": facts.database, "count": tables.tables}
        )
    elif tables.tables == 0:
        yield warning(_("The database is empty: “comptoir migrate” makes its tables."))


def _one(connection: psycopg.Connection[Any], query: str) -> Any:  # noqa: ANN401
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        return cursor.execute(query.encode()).fetchone()


def _written(connection: psycopg.Connection[Any], statement: sql.SQL, *names: str) -> str:
    """Return a statement with its names quoted as the server needs them."""
    return statement.format(*map(sql.Identifier, names)).as_string(connection)
