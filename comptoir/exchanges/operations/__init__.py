"""The verbs between shops: the only code that changes transfers.

- `customers`: a customer passed on to a colleague, by a reservation there;
- `requests`: a copy asked for, and the asking taken back;
- `answers`: what the shop that was asked says;
- `ways`: copies sent, arrived, lost;
- `deadlines`: what time does to those that nobody answers or sends, and what becomes of those of
  shops that have left;
- `mergers`: they follow a shop that becomes part of another;
- `steps`: the lock, the guard and the move with its line of history, of every verb;
- `news`: the other side told by mail, if it wants to be.
"""

from comptoir.exchanges.operations.answers import accept, refuse
from comptoir.exchanges.operations.customers import Passing, pass_on
from comptoir.exchanges.operations.deadlines import end_due
from comptoir.exchanges.operations.requests import Wanted, ask, withdraw
from comptoir.exchanges.operations.ways import arrive, lose, send

__all__ = [
    "Passing",
    "Wanted",
    "accept",
    "arrive",
    "ask",
    "end_due",
    "lose",
    "pass_on",
    "refuse",
    "send",
    "withdraw",
]
