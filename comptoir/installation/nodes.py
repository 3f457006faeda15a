"""Which processes serve one database: of which version, and by which secret key.

Of the key only a mark is kept, which tells two keys apart and nobody what either is.
"""

import socket
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from comptoir.core.db import execute
from comptoir.core.models import Node
from comptoir.version import running

NOTED_EVERY_SECONDS = 60.0
ALIVE = timedelta(minutes=3)
KEPT_DAYS = 30


def name() -> str:
    """Return what this node is called: the machine and the folder of its data."""
    return f"{socket.gethostname()}:{settings.VAR}"[:200]


def key_mark() -> str:
    """Return the mark of this node's secret key."""
    return salted_hmac("comptoir.installation.nodes", "mark", algorithm="sha256").hexdigest()[:32]


def note() -> None:
    """Note that this node serves, and forget those that have not for a month."""
    execute(
        "INSERT INTO core_node AS known (name, version, key_mark) VALUES (%s, %s, %s)"
        " ON CONFLICT (name, version, key_mark) DO UPDATE SET seen_at = now()",
        [name(), running()[:100], key_mark()],
    )
    execute("DELETE FROM core_node WHERE seen_at < now() - make_interval(days => %s)", [KEPT_DAYS])


def of_another_key() -> QuerySet[Node]:
    """Return the nodes of the last month that had another secret key, the latest first."""
    return Node.objects.exclude(key_mark=key_mark()).order_by("-seen_at")


def of_another_version() -> QuerySet[Node]:
    """Return the nodes that are alive and of another version than this code."""
    alive = Node.objects.filter(seen_at__gt=timezone.now() - ALIVE)
    return alive.exclude(version=running()[:100]).order_by("name")
