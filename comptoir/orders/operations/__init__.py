"""The verbs of orders. Placing is in `orders.gather`, which every interface calls."""

from comptoir.orders.operations.deadlines import close_shop, erase_due, expire_due, remind_due
from comptoir.orders.operations.moves import cancel, collect, confirm, mark_not_found, set_aside

__all__ = [
    "cancel",
    "close_shop",
    "collect",
    "confirm",
    "erase_due",
    "expire_due",
    "mark_not_found",
    "remind_due",
    "set_aside",
]
