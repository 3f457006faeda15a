"""The tables of the stock."""

from comptoir.stock.models.choices import (
    Condition,
    Covers,
    Reason,
    RunReason,
    RunStatus,
    Sleeve,
    TellingMode,
)
from comptoir.stock.models.feeds import Feed, FeedRun, KeptLine
from comptoir.stock.models.offers import (
    Offer,
    OfferQuerySet,
    ShopClock,
    StockMovement,
    UsedCopy,
)

__all__ = [
    "Condition",
    "Covers",
    "Feed",
    "FeedRun",
    "KeptLine",
    "Offer",
    "OfferQuerySet",
    "Reason",
    "RunReason",
    "RunStatus",
    "ShopClock",
    "Sleeve",
    "StockMovement",
    "TellingMode",
    "UsedCopy",
]
