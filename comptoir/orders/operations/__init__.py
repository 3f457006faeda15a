"""The verbs of orders. Placing is in `orders.operations.place`, which every interface calls."""

from comptoir.orders.operations.deadlines import (
    chase_due,
    close_shop,
    erase_due,
    expire_due,
    remind_due,
)
from comptoir.orders.operations.moves import cancel, collect, confirm, mark_not_found, set_aside
from comptoir.orders.operations.record import count_track_record, count_track_records

__all__ = [
    "cancel",
    "chase_due",
    "close_shop",
    "collect",
    "confirm",
    "count_track_record",
    "count_track_records",
    "erase_due",
    "expire_due",
    "mark_not_found",
    "remind_due",
    "set_aside",
]
