"""Empties the database after the tests whose transactions are real.

Django would truncate every table and then write its permissions anew: most of what such a test
costs, for the few tables in which it has left rows.
"""

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

LARGE_BYTES = 2**18
"""From here on a table is truncated: its pages are given back, and its keys not looked up."""

_EMPTY = """
DO $$
DECLARE
    name text;
BEGIN
    -- Whoever still writes comes first, and is then deleted too.
    LOCK TABLE {tables};
    -- First of all: a table of which a deleted row is still to be looked up cannot be truncated.
    FOREACH name IN ARRAY ARRAY[{names}] LOOP
        IF pg_relation_size(name) >= {large} THEN
            EXECUTE 'TRUNCATE ' || name || ' CASCADE';
        END IF;
    END LOOP;
    -- In any order of the foreign keys.
    SET CONSTRAINTS ALL DEFERRED;
    FOREACH name IN ARRAY ARRAY[{names}] LOOP
        IF pg_relation_size(name) > 0 THEN
            EXECUTE 'DELETE FROM ' || name;
        END IF;
    END LOOP;
    -- Of the queue's tables no model is ours: a job that is left would be done in another test.
    IF pg_relation_size('procrastinate_jobs') > 0 THEN
        DELETE FROM procrastinate_jobs;
    END IF;
END $$
"""


def empty() -> None:
    """Leave no row in any table of a model, but what migrations write of the models themselves."""
    kept = {model._meta.db_table for model in (ContentType, Permission)}
    names = sorted(set(connection.introspection.django_table_names()) - kept)
    with connection.cursor() as cursor:
        cursor.execute(
            _EMPTY.format(
                tables=", ".join(f'"{name}"' for name in names),
                names=", ".join(f"'\"{name}\"'" for name in names),
                large=LARGE_BYTES,
            )
        )
