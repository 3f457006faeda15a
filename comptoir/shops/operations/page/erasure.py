"""What of a shop's history and photos is let go with time."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from comptoir.shops.models import Shop
from comptoir.shops.page.models import PhotoFile, ShopAct, ShopPhoto

KEPT_FOR = timedelta(days=730)
"""So long an act is kept with what stood before it."""

UNDONE_FOR = timedelta(days=7)
"""So long a photo that was taken off can be put back."""

AT_ONCE = 5_000


def forget_who_acted(shop: Shop) -> None:
    """Name nobody any more in what is kept of a shop. A step of the verb by which it leaves, which
    has locked it. Writes: the origins of its fields, its acts."""
    shop.origins.update(actor_id=None)
    shop.acts.update(actor_id=None)


def forget_acts(*, now: datetime) -> int:
    """Delete the acts of shops that are older than `KEPT_FOR`, with what they changed; return how
    many. At most `AT_ONCE`; the rest waits for the next night.

    Guard: none, the system's own. Deletes: acts, changes. Announces nothing.
    """
    old = ShopAct.objects.filter(happened_at__lt=now - KEPT_FOR).order_by("pk")
    keys = list(old.values_list("pk", flat=True)[:AT_ONCE])
    ShopAct.objects.filter(pk__in=keys).delete()
    return len(keys)


@transaction.atomic
def sweep_photos(*, now: datetime) -> int:
    """Erase the photos that no page has shown for `UNDONE_FOR`, and return how many.

    Guard: none, the system's own. Locks: those photos, but for those that somebody else has.
    Announces nothing.
    """
    free = PhotoFile.objects.select_for_update(skip_locked=True)
    left = free.filter(left_at__lt=now - UNDONE_FOR).values_list("pk", flat=True)
    return erase(list(left[:AT_ONCE]))


def erase(digests: list[str]) -> int:
    """Erase those of some photos that no page shows; return how many. A step: they are locked."""
    shown = Exists(ShopPhoto.objects.filter(file=OuterRef("pk")))
    removed, _each = PhotoFile.objects.filter(~shown, pk__in=digests).delete()
    return removed
