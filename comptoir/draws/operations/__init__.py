"""The verbs of draws: the only code that changes them.

- `start`: a draw is opened, copies are put into it, it is cancelled;
- `entries`: what people do: enter, confirm, leave;
- `lots`: the list is frozen, the draw is made;
- `offers`: winners take their copies; what is not taken goes to the next;
- `steps`: what these share: guards, locks, copies, mails;
- `erasure`: what is kept about people ends.

Each locks the draw first, then entries, then the turns of persons (`PLACING`), then offers: nobody
who holds one of the latter waits for a draw.
"""

from comptoir.draws.operations.entries import EntryRequest, confirm_entry, enter, leave, may_leave
from comptoir.draws.operations.erasure import erase_at_word, erase_due
from comptoir.draws.operations.lots import draw_lots, freeze_due
from comptoir.draws.operations.offers import follow_due, take
from comptoir.draws.operations.start import DrawRequest, add_lot, cancel_draw, open_draw

__all__ = [
    "DrawRequest",
    "EntryRequest",
    "add_lot",
    "cancel_draw",
    "confirm_entry",
    "draw_lots",
    "enter",
    "erase_at_word",
    "erase_due",
    "follow_due",
    "freeze_due",
    "leave",
    "may_leave",
    "open_draw",
    "take",
]
