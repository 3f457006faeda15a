"""Photos of copies as the database keeps them, each once, as long as a copy shows it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from comptoir.core.pictures.photo import Photo
from comptoir.stock.shelf.models import CopyPhoto, UsedCopy

UNSHOWN_FOR = timedelta(days=1)
MOST_AT_ONCE = 10_000
_SHOWN = Exists(UsedCopy.objects.filter(photo=OuterRef("pk")))


def keep_photo(photo: Photo | None) -> CopyPhoto | None:
    """Keep a photo, once, for the copy to which the caller's transaction gives it.

    Guard: the caller's. Locks: the photo. Writes: the photo, if its digest is new. Announces
    nothing.
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
    # The update of a known photo changes nothing; it locks the row, so that nobody removes it
    # before the copy that is to show it is committed.
    CopyPhoto.objects.bulk_create(
        [kept], update_conflicts=True, unique_fields=["digest"], update_fields=["width"]
    )
    return kept


def drop_photo(digest: str | None) -> None:
    """Remove a photo, in the caller's transaction, if no copy shows it any more.

    Guard: the caller's. Locks: the photo, unless somebody else has it. Announces nothing.
    """
    if digest:
        _drop(list(_unshown().filter(pk=digest).values_list("pk", flat=True)))


@transaction.atomic
def sweep_photos(*, now: datetime) -> int:
    """Remove the photos older than a day that no copy shows, and return how many.

    At most 10,000 at a time; the rest waits for the next sweep.

    Guard: none, the system's own. Locks: those photos, but for those somebody else has. Announces
    nothing.
    """
    old = _unshown().filter(created_at__lt=now - UNSHOWN_FOR)
    return _drop(list(old.values_list("pk", flat=True)[:MOST_AT_ONCE]))


def _unshown() -> QuerySet[CopyPhoto]:
    # What somebody keeps just now is theirs; the next sweep sees what came of it.
    free = CopyPhoto.objects.select_for_update(skip_locked=True)
    return free.filter(~_SHOWN)


def _drop(digests: Sequence[str]) -> int:
    # Asked again, now that they are locked: a copy may have come to show one meanwhile.
    removed, _by_table = CopyPhoto.objects.filter(~_SHOWN, pk__in=digests).delete()
    return removed
