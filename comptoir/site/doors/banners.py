"""What banners say of closed doors: of one shop, and of all shops of a network."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from comptoir.networks.models import Network
from comptoir.shops.doors.phrases import planned, sentences, sentences_of_network
from comptoir.shops.doors.rules import Door
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop


@dataclass(frozen=True, slots=True)
class Banner:
    """What a banner says: our sentence, and the words of whoever closed. Of a shop, whether it
    takes no reservation; `coming`: the doors are still open."""

    said: str
    text: str
    barred: bool = False
    coming: bool = False


def banner_of(shop: Shop, now: datetime | None = None) -> Banner | None:
    """Return what a shop's page says of its doors, None where they are open and stay so."""
    at, zone = now or timezone.now(), ZoneInfo(shop.time_zone)
    kept = directory()
    door = kept.door(shop.pk, at)
    if door is not None:
        return Banner(sentences(door, zone, at), door.text, not door.by_slots)
    coming = min((x for x in kept.doors(shop.pk) if x.begins > at), key=_begins, default=None)
    if coming is None:
        return None
    return Banner(planned(coming, zone, at), coming.text, coming=True)


def _begins(door: Door) -> datetime:
    return door.begins


def banners(network: Network | None, now: datetime | None = None) -> list[Banner]:
    """Return what the first pages say of the networks whose doors are closed now: of all public
    shops, or on the portal of a network of its own."""
    at, zone = now or timezone.now(), ZoneInfo(settings.TIME_ZONE)
    return [
        Banner(sentences_of_network(door, zone, at), door.text, not door.by_slots)
        for door in directory().all_doors
        if door.network and door.holds_at(at) and (network is None or door.network == network.name)
    ]
