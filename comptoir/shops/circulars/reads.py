"""Circulars as the office and the counters read them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.core.errors import NotFound
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb, in_network
from comptoir.networks.pages.markdown import render
from comptoir.shops.circulars.models import Circular, CircularCopy, CircularReading
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

_READINGS = CircularReading.objects.filter(copy=OuterRef("pk"))


@dataclass(frozen=True, slots=True)
class Reached:
    """A shop to which a circular went, with who read it there and when, the first first."""

    shop: Shop
    readings: tuple[tuple[str, datetime], ...]


def sent_circulars(network: Network, actor: Actor) -> QuerySet[Circular]:
    """Return what a network sent, the newest first, each with to how many shops it went (`shops`)
    and in how many somebody has read it (`reached`). Guard: `TELL_MEMBERS`."""
    mine = in_network(network, actor, NetworkVerb.TELL_MEMBERS)
    return mine.circulars.annotate(
        shops=Count("copies", distinct=True),
        reached=Count("copies__readings__copy", distinct=True),
    ).order_by("-sent_at", "-pk")


def sent_circular(network: Network, circular_id: int, actor: Actor) -> Circular:
    """Return one that a network sent. Guard: `TELL_MEMBERS`. Raises `NotFound`
    (`no_such_circular`)."""
    found = sent_circulars(network, actor).filter(pk=circular_id).first()
    if found is None:
        raise NotFound("no_such_circular", _("There is no such message."))
    return found


def reached(circular: Circular) -> list[Reached]:
    """Return each shop to which a circular went, those in which nobody has read it first."""
    copies = circular.copies.select_related("shop").order_by("shop__name", "pk")
    rows = [
        Reached(
            copy.shop,
            tuple(
                (str(reading.user), reading.read_at)
                for reading in sorted(copy.readings.all(), key=lambda reading: reading.read_at)
            ),
        )
        for copy in copies.prefetch_related("readings__user")
    ]
    return sorted(rows, key=lambda row: bool(row.readings))


def circulars_of(shop: Shop, actor: Actor) -> list[CircularCopy]:
    """Return what a shop was sent, the newest first, each with whether this person has read it
    (`mine`) and whether anybody there has (`anybody`). Guard: `READ_COUNTER`. One query and the
    guard's."""
    mine = in_scope(shop, actor, Verb.READ_COUNTER)
    return list(_copies(mine, actor).order_by("-circular__sent_at", "-pk"))


def unread(shop: Shop, actor: Actor) -> list[CircularCopy]:
    """Return what a shop was sent and nobody of it has read, the newest first; for whoever has been
    let in to its counter. One query."""
    found = _copies(shop, actor).filter(~Exists(_READINGS))
    return list(found.order_by("-circular__sent_at", "-pk")[:3])


def html_of(circular: Circular) -> str:
    """Return the text of a circular as HTML that may stand in a page or a mail, without
    pictures."""
    return render(circular.body, {})


def _copies(shop: Shop, actor: Actor) -> QuerySet[CircularCopy]:
    return shop.circulars.select_related("circular__network").annotate(
        mine=Exists(_READINGS.filter(user=actor.id if actor.kind is ActorKind.USER else None)),
        anybody=Exists(_READINGS),
    )
