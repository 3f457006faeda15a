"""What may be done to a shop's window, and by whom.

Every verb finds the shop through its actor's scope and asks for `FILL_WINDOW`. Each writes a line
of history and announces nothing else: the pages learn of it by the newest line (`events.memory`).
"""

from comptoir.events.operations.erasure import erase_due
from comptoir.events.operations.meetings import (
    EventDetails,
    Place,
    announce_event,
    cancel_event,
    change_event,
)
from comptoir.events.operations.mergers import follow_window
from comptoir.events.operations.picks import move_pick, put_first, remove_pick, write_pick

__all__ = [
    "EventDetails",
    "Place",
    "announce_event",
    "cancel_event",
    "change_event",
    "erase_due",
    "follow_window",
    "move_pick",
    "put_first",
    "remove_pick",
    "write_pick",
]
