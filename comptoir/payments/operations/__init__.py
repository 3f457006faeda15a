"""The verbs of payments: the only code that changes what is known of money.

- `accounts`: a shop's accounts at providers, and the keys that encrypt their secrets;
- `sessions`: a reader led to a provider, and how that went;
- `captures`: what a provider says, as rows;
- `settlement`: what is owed against what came in: confirmed, honoured, paid back;
- `refunds`: the shop's decision to pay back, and the sending;
- `otherwise`: what the owner paid back in another way, for an account is gone;
- `transfers`: bank transfers that the owner enters;
- `notices`: what providers tell by themselves;
- `reconciliation`: their lists against ours, every day;
- `sweep`: what time does;
- `orders`, `news`: the lock and the guard of an order's money; who is told.
"""

from comptoir.payments.operations.accounts import (
    AccountSaid,
    close_account,
    rotate_keys,
    try_account,
    write_account,
)
from comptoir.payments.operations.notices import settle_notice, take_notice
from comptoir.payments.operations.otherwise import OtherwiseSaid, note_otherwise
from comptoir.payments.operations.reconciliation import reconcile, reconcile_due
from comptoir.payments.operations.refunds import (
    note_paid_back,
    refund_again,
    refund_amount,
    refund_line,
    send_refunds,
)
from comptoir.payments.operations.sessions import ask_for, look
from comptoir.payments.operations.sweep import erase_due, settle, sweep
from comptoir.payments.operations.transfers import (
    TransferSaid,
    choose_transfer,
    enter_transfer,
    void_transfer,
)

__all__ = [
    "AccountSaid",
    "OtherwiseSaid",
    "TransferSaid",
    "ask_for",
    "choose_transfer",
    "close_account",
    "enter_transfer",
    "erase_due",
    "look",
    "note_otherwise",
    "note_paid_back",
    "reconcile",
    "reconcile_due",
    "refund_again",
    "refund_amount",
    "refund_line",
    "rotate_keys",
    "send_refunds",
    "settle",
    "settle_notice",
    "sweep",
    "take_notice",
    "try_account",
    "void_transfer",
    "write_account",
]
