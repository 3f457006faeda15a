"""Photos in the database: kept as long as a copy shows them, and not a day longer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from comptoir.stock.copies.photos import Photo
from comptoir.stock.models import CopyPhoto, UsedCopy

UNSHOWN_FOR = timedelta(days=1)
_SHOWN = Exists(UsedCopy.objects.filter(photo=OuterRef("pk")))


def keep_photo(photo: Photo | None) -> CopyPhoto | None:
    """Keep a photo, once, for the copy that this transaction gives it to.

    The row stays locked: nobody removes it before that copy is seen to show it.
    """
    if photo is None:
        return None
    kept = CopyPhoto(
        digest=photo.digest,
        large=photo.large,
        small=photo.small,
        width=photo.width,
        height=photo.height,
    )
    CopyPhoto.objects.bulk_create(
        [kept], update_conflicts=True, unique_fields=["digest"], update_fields=["width"]
    )
    return kept


def drop_photo(digest: str | None) -> None:
    """Remove a photo, in the caller's transaction, if no copy shows it any more."""
    if digest:
        _drop(list(_unshown().filter(pk=digest).values_list("pk", flat=True)))


@transaction.atomic
def sweep_photos(*, now: datetime) -> int:
    """Remove the photos older than a day that no copy shows, and return how many."""
    old = _unshown().filter(created_at__lt=now - UNSHOWN_FOR)
    return _drop(list(old.values_list("pk", flat=True)))


def _unshown() -> QuerySet[CopyPhoto]:
    # What somebody keeps just now is theirs; the next sweep sees what came of it.
    free = CopyPhoto.objects.select_for_update(skip_locked=True)
    return free.filter(~_SHOWN)


def _drop(digests: Sequence[str]) -> int:
    # Asked again, now that they are locked: a copy may have come to show one meanwhile.
    removed, _by_table = CopyPhoto.objects.filter(~_SHOWN, pk__in=digests).delete()
    return removed
