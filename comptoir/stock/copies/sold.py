"""What was said of used copies that have left the shelf, forgotten."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from comptoir.stock.shelf.models import UsedCopy


def sold_long_ago(now: datetime) -> Q:
    """Return which used copies still have a note or a photo though they left the shelf
    `COMPTOIR_ERASE_POSTED_AFTER_DAYS` ago: so long a reader may send one back, and it is put on
    sale as it was."""
    limit = now - timedelta(days=settings.ERASE_POSTED_AFTER_DAYS)
    left = Q(offer__on_hand=0, offer__held=0, offer__last_moved_at__lt=limit)
    return left & (~Q(note="") | Q(photo__isnull=False))


def forget_sold(*, now: datetime) -> int:
    """Empty the notes of these copies, and take their photos off; return of how many. The photos
    go by `copies.photos.sweep_photos`.

    Guard: none, the system's own. Locks and writes: the copies' details, by one statement. Source:
    RGPD, article 5(1)(e).
    """
    return UsedCopy.objects.filter(sold_long_ago(now)).update(note="", photo=None)
