"""The verbs of purchases: the only code that changes them.

- `suppliers`: of whom a shop buys, which titles of whom, and its own GLN;
- `distributors`: who distributes a publisher, learnt of notices and proposed;
- `wishes`: copies for the shelf, on the list;
- `purchases`: a list sent to its supplier, once;
- `answers`: what the supplier says, told to the reader;
- `arrivals`: what is unpacked, scan by scan, and taken back;
- `shelves`: an arrival put away: stock, holds, readers told;
- `mergers`: they follow a shop that becomes part of another;
- `steps`: the lines of their history, and the mails to readers.
"""

from comptoir.purchases.operations.answers import Said, answer, give_up
from comptoir.purchases.operations.arrivals import Scanned, scan, take_back
from comptoir.purchases.operations.distributors import accept
from comptoir.purchases.operations.purchases import send
from comptoir.purchases.operations.shelves import PutAway, put_away
from comptoir.purchases.operations.suppliers import (
    SupplierSaid,
    assign,
    end_supplier,
    write_own_gln,
    write_supplier,
)
from comptoir.purchases.operations.wishes import wish

__all__ = [
    "PutAway",
    "Said",
    "Scanned",
    "SupplierSaid",
    "accept",
    "answer",
    "assign",
    "end_supplier",
    "give_up",
    "put_away",
    "scan",
    "send",
    "take_back",
    "wish",
    "write_own_gln",
    "write_supplier",
]
