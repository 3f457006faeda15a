"""What the processes of a node count, for `/metrics`; the database is asked for its own then.

Where `PROMETHEUS_MULTIPROC_DIR` is set (`comptoir serve` sets it) the processes add up in files
there, and any of them can tell the sum.
"""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from comptoir.core.watch.folder import FOLDER

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_counted = CollectorRegistry()

REQUESTS = Histogram(
    "comptoir_request_seconds",
    "Requests answered, by route and class of status, and how long a thread took for each.",
    ["route", "method", "status"],
    buckets=_SECONDS,
    registry=_counted,
)
TURNED_AWAY = Counter(
    "comptoir_requests_turned_away",
    "Requests answered before a thread was taken: too many, too slow, too large.",
    ["reason"],
    registry=_counted,
)
PLACED = Counter(
    "comptoir_orders_placed", "Reservations placed, by channel.", ["channel"], registry=_counted
)
REFUSED = Counter(
    "comptoir_orders_refused",
    "Reservations refused, by the code of the refusal.",
    ["code"],
    registry=_counted,
)
MAILS = Counter(
    "comptoir_mails", "Tries to send a mail, by what came of it.", ["result"], registry=_counted
)


def counted() -> CollectorRegistry:
    """Return what was counted: by all processes of this node, or by this one where it is alone."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return _counted
    together = CollectorRegistry()
    MultiProcessCollector(together, folder)
    return together
