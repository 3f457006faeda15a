"""The verbs of withdrawals: a link is asked for (`links`), one is declared (`declaration`), copies
come back (`returns`), the shop is reminded (`reminders`), readers are told later of the right
(`notices`), their person is kept as long as it runs (`spans`)."""

from comptoir.withdrawals.operations.declaration import declare, note_sent_back
from comptoir.withdrawals.operations.links import ask_link, digits_of, read_link
from comptoir.withdrawals.operations.notices import give_notices
from comptoir.withdrawals.operations.reminders import remind_due
from comptoir.withdrawals.operations.returns import receive
from comptoir.withdrawals.operations.spans import erase_proofs

__all__ = [
    "ask_link",
    "declare",
    "digits_of",
    "erase_proofs",
    "give_notices",
    "note_sent_back",
    "read_link",
    "receive",
    "remind_due",
]
