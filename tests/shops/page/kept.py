"""What was written of shops without a line of history: read from the database, before and after."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from django.db import transaction

from comptoir.core.errors import DomainError
from comptoir.core.pictures.photo import Photo
from comptoir.shops.models import Shop
from comptoir.shops.page.models import FieldChange, ShopAct
from comptoir.shops.page.state import LISTS, NOT_KEPT


def photo_of(mark: str) -> Photo:
    """Return a photo that was read, told from others by its mark."""
    return Photo(mark * 32, b"large", b"small", 1200, 800, b"medium", b"square")


def written_state() -> dict[tuple[int, str], Any]:
    """Return all that is written of each shop, by its key and the field."""
    found: dict[tuple[int, str], Any] = {}
    for row in Shop.objects.values():
        found |= {(row["id"], name): value for name, value in row.items() if name not in NOT_KEPT}
    for shop in Shop.objects.all():
        found |= {(shop.pk, name): read(shop) for name, read in LISTS.items()}
    return found


def without_history(
    call: Callable[[], object], before: Mapping[tuple[int, str], Any] | None = None
) -> set[str]:
    """Return the fields of shops that a call changes and does not keep; leave all as it was.

    What a call refuses it has not changed. Of a shop that is new by it nothing is asked. Who knows
    what is written of the shops (`written_state`) may say so, and it is not read again.
    """
    with transaction.atomic():
        before = written_state() if before is None else before
        last = ShopAct.objects.order_by("-pk").first()
        with suppress(DomainError):
            call()
        changed = {where for where, value in written_state().items() if value != before.get(where)}
        acts = ShopAct.objects.filter(pk__gt=last.pk if last else 0)
        kept = set(FieldChange.objects.filter(act__in=acts).values_list("act__shop_id", "field"))
        transaction.set_rollback(True)
    known = {shop for shop, _field in before}
    return {field for shop, field in changed - kept if shop in known}
