"""Neighbours as whoever runs the installation names them, and those whose check is due."""

from datetime import datetime, timedelta

from django.db.models import Q

from comptoir.neighbours.errors import no_origin, no_such_neighbour
from comptoir.neighbours.models import Neighbour
from comptoir.neighbours.values import origin_of

CHECKED_EVERY = timedelta(hours=23)
SILENT_CHECKED_EVERY = timedelta(minutes=50)
"""Less than a day and an hour: the job that checks runs hourly, and not to the second."""


def named_neighbour(address: str) -> Neighbour:
    """Return the neighbour of that address. Raises `NotFound` (`no_such_neighbour`), `Invalid`
    (`bad_address`)."""
    found = Neighbour.objects.filter(address=site_of(address)).first()
    if found is None:
        raise no_such_neighbour(address)
    return found


def due_for_check(at: datetime) -> list[Neighbour]:
    """Return the neighbours to be checked: daily, and hourly those that are silent."""
    daily = Q(silent_since=None, checked_at__lte=at - CHECKED_EVERY)
    hourly = Q(silent_since__isnull=False, checked_at__lte=at - SILENT_CHECKED_EVERY)
    return list(Neighbour.objects.filter(daily | hourly))


def site_of(address: str) -> str:
    """Return an address as it is kept. Raises `Invalid` (`bad_address`)."""
    site = address.strip().rstrip("/").lower()
    if origin_of(site) is None or site.count("/") != 2 or {"?", "#"} & set(site) or len(site) > 200:
        raise no_origin(address)
    return site
