"""What becomes of an order that is posted: paid for (`payment`), made ready, sent and arrived
(`parcels`), not there in part or taken back (`returns`); what it costs and where it goes, written
as it is placed (`charges`)."""

from comptoir.orders.operations.postal.parcels import arrive, mark_delivered, mark_shipped, prepare
from comptoir.orders.operations.postal.payment import (
    give_time_to_pay,
    revive,
    settle_payment,
    unsettle_payment,
)
from comptoir.orders.operations.postal.returns import keep_back, mark_missing, take_back

__all__ = [
    "arrive",
    "give_time_to_pay",
    "keep_back",
    "mark_delivered",
    "mark_missing",
    "mark_shipped",
    "prepare",
    "revive",
    "settle_payment",
    "take_back",
    "unsettle_payment",
]
