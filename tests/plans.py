"""How PostgreSQL finds what it is asked."""

from collections.abc import Callable

from django.db import connection, transaction


def plans_of(work: Callable[[], object]) -> str:
    """Return how PostgreSQL answers what this asks, where it would rather not read whole tables."""
    plans = []

    def explain(execute, sql, params, many, context):
        if not sql.startswith(("SAVEPOINT", "RELEASE", "SET")):
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {sql}", params)
                plans.extend(line for (line,) in cursor.fetchall())
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        with connection.execute_wrapper(explain):
            work()
        transaction.set_rollback(True)
    return "\n".join(plans)
