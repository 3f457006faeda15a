"""What tells a one-off copy from its like. Pure."""

from dataclasses import dataclass

from comptoir.stock.models import FEED_MARK, Sleeve


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """A one-off copy: its reference, its sleeve (one of `Sleeve`, or empty), the shop's note, and
    the digest of its photo (or empty)."""

    ref: str
    sleeve: str = ""
    note: str = ""
    photo: str = ""

    @property
    def label(self) -> str:
        """The reference as people read it: without the mark of its feed."""
        return self.ref.rpartition(FEED_MARK)[2]

    @property
    def sleeve_name(self) -> str:
        """The sleeve in words, or nothing."""
        return str(Sleeve(self.sleeve).label) if self.sleeve else ""
