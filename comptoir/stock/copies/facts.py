"""What tells a one-off copy from its like. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from comptoir.stock.models import FEED_MARK, Offer, Sleeve


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
    def words(self) -> str:
        """All of it in a line of words, the reference last, as staff and mails name the copy."""
        note = _("“%(note)s”") % {"note": self.note} if self.note else ""
        ref = _("copy no. %(ref)s") % {"ref": self.label}
        return ", ".join(filter(None, (self.sleeve_name, note, ref)))

    @property
    def sleeve_name(self) -> str:
        """The sleeve in words, or nothing."""
        return str(Sleeve(self.sleeve).label) if self.sleeve else ""


def read_facts(
    ref: str, sleeve: str | None, note: str | None, photo: str | None
) -> CopyFacts | None:
    """Return what the columns of an offer and its copy (perhaps missing) tell, or None."""
    return CopyFacts(ref, sleeve or "", note or "", photo or "") if ref else None


def facts_of(offer: Offer) -> CopyFacts | None:
    """Return what is told of an offer's one-off copy (read it with its `copy`), or None."""
    if not offer.copy_ref:
        return None
    told = getattr(offer, "copy", None)
    if told is None:
        return CopyFacts(offer.copy_ref)
    return CopyFacts(offer.copy_ref, told.sleeve, told.note, told.photo_id or "")
