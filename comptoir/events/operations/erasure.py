"""What goes from windows by itself: names of people who are gone, all of a shop that has left."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from comptoir.accounts.actors import SYSTEM, ActorKind
from comptoir.accounts.models import User
from comptoir.events.models import Deed, Event, Pick
from comptoir.events.operations.steps import note, take_turn
from comptoir.shops.models import Shop


@transaction.atomic
def erase_due(*, now: datetime) -> int:
    """Take the names off words whose writers have no account any more, and delete what shops had in
    their windows that left so long ago; return how many picks and events this changed.

    Locks: the turn of windows. Writes: picks, a line of history for each shop. Deletes: picks,
    events with their history. Source: RGPD, article 5(1)(e); the delay is
    `COMPTOIR_ERASE_AFTER_DAYS`.
    """
    take_turn()
    limit = now - timedelta(days=settings.ERASE_AFTER_DAYS)
    left = Shop.objects.filter(ended_at__lte=limit)
    picks = Pick.objects.filter(shop__in=left)
    events = Event.objects.filter(shop__in=left)
    people = User.objects.values("pk")
    signed = Pick.objects.exclude(signed="").filter(actor_kind=ActorKind.USER.value)
    orphans = signed.exclude(actor_id__in=people)
    shops = {
        *picks.values_list("shop", flat=True),
        *events.values_list("shop", flat=True),
        *orphans.values_list("shop", flat=True),
    }
    changed = orphans.update(signed="") + picks.count() + events.count()
    picks.delete()
    events.delete()
    for shop in Shop.objects.filter(pk__in=shops):
        note(shop, Deed.ERASED, actor=SYSTEM, at=now)
    return changed
