"""What becomes of an order that is posted: paid for (`payment`), made ready, sent and arrived
(`parcels`), not there in part or taken back (`returns`); what it costs and where it goes, written
as it is placed (`charges`)."""

from comptoir.orders.operations.moves import arrive
from comptoir.orders.operations.postal.parcels import mark_shipped, prepare
from comptoir.orders.operations.postal.payment import (
    give_time_to_pay,
    has_turns,
    refuse_payment,
    revive,
    settle_payment,
    take_turns,
    unsettle_payment,
)
from comptoir.orders.operations.postal.returns import keep_back, mark_missing, take_back

__all__ = [
    "arrive",
    "give_time_to_pay",
    "has_turns",
    "keep_back",
    "mark_missing",
    "mark_shipped",
    "prepare",
    "refuse_payment",
    "revive",
    "settle_payment",
    "take_back",
    "take_turns",
    "unsettle_payment",
]
