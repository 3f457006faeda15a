"""Whether PostgreSQL lets us in, in a sentence without any password."""

import re
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from comptoir.installation.words import gettext as _

SECONDS = 4

# What libpq and the server say, in English and in the French of a server whose lc_messages is so.
_SAID = (
    ("password", r"password authentication failed|authentification par mot de passe|no password"),
    ("peer", r"peer authentication failed|authentification peer|ident authentication failed"),
    ("database", r"database \".*\" does not exist|base de données «.*» n'existe pas"),
    ("role", r"role \".*\" does not exist|rôle «.*» n'existe pas"),
    ("hba", r"no pg_hba\.conf entry|aucune entrée dans pg_hba\.conf"),
    ("host", r"translate host name|resolve host|name or service not known|getaddrinfo"),
    ("refused", r"connection refused|no such file or directory|connexion refusée"),
    ("slow", r"timeout expired|timed out|no route to host|network is unreachable"),
    ("tls", r"ssl|certificate"),
    ("full", r"too many connections|too many clients|remaining connection slots"),
    ("starting", r"starting up|shutting down|recovery mode"),
)


def trouble_with(url: str) -> str | None:
    """Return why the database of this address cannot be entered, and what to do; None if it can."""
    if not _is_address(url):
        return _no_address()
    try:
        facts = conninfo_to_dict(url)
        connect(url).close()
    except psycopg.ProgrammingError:  # its words repeat the address
        return _no_address()
    except psycopg.OperationalError as error:
        return sentence(error, facts)
    return None


def connect(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """Return a connection that commits each statement. Raises `psycopg.OperationalError` within
    some seconds, `psycopg.ProgrammingError` for what is no address."""
    told: dict[str, Any] = {} if "connect_timeout" in url else {"connect_timeout": SECONDS}
    # A database in SQL_ASCII would answer in bytes.
    return psycopg.connect(url, autocommit=True, client_encoding="utf8", **told)


def sentence(error: psycopg.OperationalError, facts: Mapping[str, object]) -> str:
    """Return why a connection of these parts failed: what PostgreSQL says, and what to do."""
    values = {
        "user": facts.get("user") or _("(this system's user)"),
        "database": facts.get("dbname") or facts.get("user") or "",
        "host": facts.get("host") or _("(this machine)"),
        "port": facts.get("port") or 5432,
        "said": _discreet(str(error), str(facts.get("password") or "")),
    }
    text = str(error).lower()
    why = next((why for why, said in _SAID if re.search(said, text)), "other")
    if why == "role" and not facts.get("user"):
        why = "self"
    return _sentences()[why] % values


def _sentences() -> dict[str, str]:
    return {
        "password": _(
            "PostgreSQL refuses the password of the user “%(user)s” at %(host)s: mend it in"
            " DATABASE_URL (a sign such as @ / : # is written %%40 %%2F %%3A %%23), or set it anew"
            " with ALTER ROLE."
        ),
        "peer": _(
            "PostgreSQL takes the user “%(user)s” only from the system's user of that name: run the"
            " command as that one, or name 127.0.0.1 and a password in DATABASE_URL."
        ),
        "database": _(
            "There is no database “%(database)s” at %(host)s: mend the name in DATABASE_URL, or"
            " make it as postgres: createdb --encoding UTF8 --template template0 %(database)s"
        ),
        "role": _(
            "PostgreSQL at %(host)s knows no user “%(user)s”: mend the name in DATABASE_URL, or"
            " make it as postgres: createuser --pwprompt %(user)s"
        ),
        "self": _(
            "PostgreSQL at %(host)s does not know the system's user that runs this command: run it"
            " as the installation's own (runuser -u comptoir -- comptoir …), or name a user in"
            " DATABASE_URL."
        ),
        "hba": _(
            "PostgreSQL at %(host)s takes nobody like us (“%(said)s”): add a line for us to its"
            " pg_hba.conf, then reload it."
        ),
        "host": _("No machine is called “%(host)s”: mend the host in DATABASE_URL."),
        "refused": _(
            "No PostgreSQL answers at %(host)s, port %(port)s: start it, or mend the host and port"
            " in DATABASE_URL."
        ),
        "slow": _(
            "PostgreSQL at %(host)s, port %(port)s does not answer: check the address in"
            " DATABASE_URL, and that no firewall stands between."
        ),
        "tls": _("PostgreSQL at %(host)s and we do not agree on TLS: “%(said)s”."),
        "full": _("PostgreSQL at %(host)s has no connection left: raise its max_connections."),
        "starting": _("PostgreSQL at %(host)s starts or stops just now: try again in a moment."),
        "other": _("PostgreSQL at %(host)s, port %(port)s refuses us: “%(said)s”."),
    }


def _no_address() -> str:
    return (
        _(
            "DATABASE_URL is no address of a database: write postgresql://user:password@host/database,"
            " and in the password %%40 for @, %%2F for /, %%3A for :, %%23 for #, %%3F for ?."
        )
        % {}
    )


def _is_address(url: str) -> bool:
    """Return whether an address can be split as it is meant: libpq would take what follows a
    plain `/`, `?` or `@` of a password as something else, and show it in what it says."""
    if not re.match(r"postgres(ql)?://", url):
        return "=" in url
    who_and_where, *others = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)
    return who_and_where.count("@") <= 1 and "@" not in "".join(others)


def _discreet(said: str, password: str) -> str:
    line = " ".join(said.split())
    return line.replace(password, "…") if password else line
