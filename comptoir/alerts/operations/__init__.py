"""The verbs of alerts: the only code that changes them.

- `requests`: a request as plain values, its check, and how often one may ask;
- `moves`: what a reader does: ask, confirm, end;
- `matches`: which alerts the stock answers, as the outbox tells of changes and by a look at all;
- `news`: the mail that says so, and what becomes of the alert once it has left;
- `erasure`: what is deleted because its time is over, and with it its mails.
"""

from comptoir.alerts.operations.erasure import erase_due
from comptoir.alerts.operations.matches import follow, look_at_all
from comptoir.alerts.operations.moves import ask, confirm, end, end_all
from comptoir.alerts.operations.news import settle, tell

__all__ = [
    "ask",
    "confirm",
    "end",
    "end_all",
    "erase_due",
    "follow",
    "look_at_all",
    "settle",
    "tell",
]
