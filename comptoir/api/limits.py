"""How often one client of the API may ask."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from comptoir.core.limits import count


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` requests of one client in `seconds`, counted in each process."""

    name: str
    count: int
    seconds: int = 60


def spend(limit: Limit, client: str) -> None:
    """Count one request of a client. Raises `TooMany` (`too_many_requests`) past the limit."""
    count(
        limit.name,
        client,
        limit=limit.count,
        seconds=limit.seconds,
        message=_("Too many requests: wait as long as “Retry-After” says."),
    )
