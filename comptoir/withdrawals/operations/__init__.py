"""The verbs of withdrawals: a link is asked for (`links`), one is declared (`declaration`), copies
come back (`returns`), the shop is reminded (`reminders`)."""

from comptoir.withdrawals.operations.declaration import declare, note_sent_back
from comptoir.withdrawals.operations.links import ask_link, read_link
from comptoir.withdrawals.operations.reminders import erase_proofs, remind_due
from comptoir.withdrawals.operations.returns import receive

__all__ = [
    "ask_link",
    "declare",
    "erase_proofs",
    "note_sent_back",
    "read_link",
    "receive",
    "remind_due",
]
