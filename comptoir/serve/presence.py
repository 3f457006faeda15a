"""A node that serves says so in the database, again and again: others see its version and key."""

import threading
import time

import click
from django.db import DatabaseError, connection

from comptoir.installation import nodes


def announce() -> None:
    """Note this node, and tell of a secret key that is not that of the others."""
    nodes.note()
    other = nodes.of_another_key().first()
    if other:
        click.echo(
            f"The secret key of this node is not that of {other.name}: sessions and the limits of"
            " persons are not shared. “comptoir check --installation” says more.",
            err=True,
        )


def go_on() -> None:
    """Go on noting this node, from a thread that keeps nothing else waiting."""
    threading.Thread(target=_go_on, name="presence", daemon=True).start()


def _go_on() -> None:
    while True:
        time.sleep(nodes.NOTED_EVERY_SECONDS)
        try:
            nodes.note()
        except DatabaseError:  # it is away; /healthz says so
            pass
        finally:
            connection.close()
