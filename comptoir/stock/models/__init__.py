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
from comptoir.stock.models.copies import NOTE_LENGTH, CopyChange, CopyPhoto, UsedCopy
from comptoir.stock.models.counting import (
    AskedFor,
    CountedTitle,
    CountOutcome,
    CountScan,
    CountSession,
    CountStatus,
    TillCorrection,
)
from comptoir.stock.models.feeds import Feed, FeedRun, KeptLine
from comptoir.stock.models.items import TillItem
from comptoir.stock.models.links import TillLink
from comptoir.stock.models.offers import (
    FEED_MARK,
    Offer,
    OfferQuerySet,
    ShopClock,
    StockMovement,
)
from comptoir.stock.models.pulls import FeedPull, PullKind
from comptoir.stock.models.record import ShopRecord
from comptoir.stock.models.silence import FeedSilence
from comptoir.stock.models.trials import Trial, TrialPiece, TrialState

__all__ = [
    "FEED_MARK",
    "NOTE_LENGTH",
    "AskedFor",
    "Condition",
    "CopyChange",
    "CopyPhoto",
    "CountOutcome",
    "CountScan",
    "CountSession",
    "CountStatus",
    "CountedTitle",
    "Covers",
    "Feed",
    "FeedPull",
    "FeedRun",
    "FeedSilence",
    "KeptLine",
    "Offer",
    "OfferQuerySet",
    "PullKind",
    "Reason",
    "RunReason",
    "RunStatus",
    "ShopClock",
    "ShopRecord",
    "Sleeve",
    "StockMovement",
    "TellingMode",
    "TillCorrection",
    "TillItem",
    "TillLink",
    "Trial",
    "TrialPiece",
    "TrialState",
    "UsedCopy",
]
