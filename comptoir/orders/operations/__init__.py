"""The verbs of orders: the only code that changes them. On the way of a reservation:

- `requests`: a request as plain values, and the check of its form before any lock is taken;
- `gatherer`: `place`, which every interface calls (`place_checked` where `check` has said what is
  wrong beforehand), and `place_group` for several shops in one act; the requests that wait are
  placed together;
- `groups`: what such an act asks (`groups.requests`), and what its reader does to all of its orders
  (`groups.moves`);
- `node_turn`: while one process of a node places, the others gather;
- `outcomes`: where what became of each is put, for a thread or for an event loop;
- `batch`: many orders decided in one transaction: read under locks, decide, hold, write;
- `memory`: what a process remembers between two batches;
- `bounds`: how much may be held for what nobody has confirmed;
- `attempts`: how often one may ask, by network and by mailbox;
- `rows`: the orders so decided written, with their lines, history and mails;
- `history`: what counts for and against a person, and how often a contact was typed by anybody;
- `known_contacts`: who confirmed an address needs no link again in that browser;
- `moves`: what a reader and a shop do to an order once it is placed;
- `copies`: the copies that such a move gives, takes or gives back;
- `status`: the lock, the move and its line of history, of every verb;
- `deadlines`: what time does: confirmations, holds, reminders, closures; `due`: how that is done
  to many; `privacy`: the people of orders, erased when it is time or at their word;
- `alerts`: telling shops of new orders, as each wants it;
- `doors`: what closed doors do: slots at the door, deadlines that follow;
- `postal`: what becomes of an order that is posted: paid, packed, sent, arrived, taken back;
- `departures`: a shop leaves the network, or comes back; `mergers`: two become one;
- `track_record`: how often a shop's reserved copies were on the shelf, counted from its orders.
"""

from comptoir.orders.operations.alerts import Wish, set_alert, tell_day, tell_new
from comptoir.orders.operations.deadlines import (
    chase_due,
    close_shop,
    expire_due,
    remind_due,
)
from comptoir.orders.operations.departures import end_shop, readmit_shop
from comptoir.orders.operations.doors.slots import choose_slot
from comptoir.orders.operations.doors.switch import close_doors, follow_doors, open_doors
from comptoir.orders.operations.gatherer import (
    place,
    place_checked,
    place_checked_group,
    place_group,
)
from comptoir.orders.operations.groups.moves import cancel_group, confirm_group
from comptoir.orders.operations.groups.requests import GroupRequest, Part, check_group
from comptoir.orders.operations.mergers import Merged, merge_shops
from comptoir.orders.operations.moves import cancel, collect, confirm, mark_not_found, set_aside
from comptoir.orders.operations.privacy.erasure import erase_due
from comptoir.orders.operations.track_record import count_track_record, count_track_records

__all__ = [
    "GroupRequest",
    "Merged",
    "Part",
    "Wish",
    "cancel",
    "cancel_group",
    "chase_due",
    "check_group",
    "choose_slot",
    "close_doors",
    "close_shop",
    "collect",
    "confirm",
    "confirm_group",
    "count_track_record",
    "count_track_records",
    "end_shop",
    "erase_due",
    "expire_due",
    "follow_doors",
    "mark_not_found",
    "merge_shops",
    "open_doors",
    "place",
    "place_checked",
    "place_checked_group",
    "place_group",
    "readmit_shop",
    "remind_due",
    "set_alert",
    "set_aside",
    "tell_day",
    "tell_new",
]
