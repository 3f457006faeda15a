"""Where shops stand of which nobody gave the coordinates: asked of a geocoding service."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import SYSTEM, Actor, ActorKind
from comptoir.core.errors import Forbidden, Invalid
from comptoir.shops.models import FieldOrigin, Listing, Shop
from comptoir.shops.operations.listings import note_listed
from comptoir.shops.operations.origins import Word, note_offered, origins_of
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.sources import geocoder
from comptoir.shops.sources.geocoder import Address, Answer, Doubt
from comptoir.shops.sources.models import Source
from comptoir.shops.sources.service import Service, Stopped, Unanswerable

PIECE = 200
"""So many addresses go in one file: an answer that is lost costs no more."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A shop that was not placed, the address that was asked for, and what the service has."""

    shop: Shop
    asked: str
    doubt: Doubt
    candidates: tuple[geocoder.Candidate, ...]


@dataclass(slots=True)
class Placement:
    """What came of asking: shops placed, doubtful ones, those without a street, those of which the
    same address was doubtful before (`asked_before`), those that are left, and why it stopped."""

    placed: int = 0
    doubtful: list[Doubtful] = field(default_factory=list)
    without_street: int = 0
    asked_before: int = 0
    left: int = 0
    stopped: str = ""


def place_shops(
    *,
    names: Sequence[str] = (),
    again: bool = False,
    actor: Actor = SYSTEM,
    progress: Callable[[int, int], None] | None = None,
) -> Placement:
    """Ask the geocoding service (`settings.GEOCODER_URL`) where the shops stand that are placed in
    their town, and those whose point came from it and whose address has changed; of some by slug.

    Only an answer about which there is no doubt is taken (`geocoder.doubt_about`). An address is
    asked for once; a doubtful one again with `again`. What is found is kept shop by shop, so a run
    that stopped goes on where it was. `progress` is called with how many were asked, of how many.

    Guard: the actor is the system (`Forbidden` otherwise). Locks: each shop by itself. Writes: its
    point, whose word that is, its history, its listing. Announces nothing. Raises `Invalid`
    (`no_service`) where no address is set.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise Forbidden("not_operator", _("Only an operator of the network places shops."))
    service = Service(service_url(settings.GEOCODER_URL, "COMPTOIR_GEOCODER"), geocoder.A_SECOND)
    done = Placement()
    asked = list(_to_ask(names, again, done))
    progress = progress or (lambda _count, _of: None)
    count = 0
    try:
        for address, answer in _answers(service, asked):
            _take(address, answer, done, actor, timezone.now())
            count += 1
            progress(count, len(asked))
    except Stopped as error:
        done.stopped = str(error)
    done.left = len(asked) - count
    return done


def service_url(url: str, variable: str) -> str:
    """Return the address of a service. Raises `Invalid` (`no_service`) where none is set."""
    if not url:
        told = _("No address of this service is set: set %(variable)s (docs/operating.md).")
        raise Invalid("no_service", told % {"variable": variable})
    return url


def _to_ask(names: Sequence[str], again: bool, done: Placement) -> Iterator[Address]:
    """Yield the addresses that are to be asked for, and count those that are not."""
    by_service = FieldOrigin.objects.filter(
        shop=OuterRef("pk"), field="latitude", imported=True, source=Source.BAN
    )
    shops = Shop.objects.of_network().filter(Q(placed_in_town=True) | Exists(by_service))
    if names:
        shops = shops.filter(slug__in=names)
    known = dict(Listing.objects.filter(source=Source.BAN).values_list("shop", "said"))
    for shop in shops.order_by("pk"):
        address = _address(shop)
        said = known.get(shop.pk, {})
        if not address.street:
            done.without_street += 1
        elif said.get("asked") != address.text or (again and said.get("doubt")):
            yield address
        elif said.get("doubt"):
            done.asked_before += 1


def _address(shop: Shop) -> Address:
    return Address(shop.pk, shop.street, shop.postcode, shop.city)


def _answers(service: Service, addresses: Sequence[Address]) -> Iterator[tuple[Address, Answer]]:
    """Yield what the service says of each address: by the file where there are many, and singly
    where the file does not settle it."""
    pieces = range(0, len(addresses), PIECE) if len(addresses) > geocoder.ONE_BY_ONE else ()
    by_file = bool(pieces)
    for start in range(0, len(addresses), PIECE):
        piece = addresses[start : start + PIECE]
        found: dict[int, Answer] = {}
        if by_file:
            try:
                found = geocoder.look_up_many(service, piece)
            except Unanswerable:
                by_file = False  # such a service has no file: one by one, then
        yield from ((each, found[each.key]) for each in piece if each.key in found)
        for each in piece:
            if each.key not in found:
                try:
                    yield each, geocoder.look_up(service, each)
                except Unanswerable:
                    yield each, Answer(None, Doubt.NOT_FOUND, ())


@transaction.atomic
def _take(address: Address, answer: Answer, done: Placement, actor: Actor, at: datetime) -> None:
    """Place a shop, or note that it is doubtful where; not if its address has changed meanwhile."""
    shop = Shop.objects.select_for_update(no_key=True).get(pk=address.key)
    if _address(shop) != address:
        return
    said = {"asked": address.text}
    found = answer.found
    if found is None:
        doubt = answer.doubt or Doubt.NOT_FOUND
        done.doubtful.append(Doubtful(shop, address.text, doubt, answer.candidates))
        note_listed(
            shop, Source.BAN, at=at, licence=geocoder.LICENCE, said=said | {"doubt": doubt.value}
        )
        return
    with act_on(shop, actor=actor, at=at, source=Source.BAN):
        shop.latitude, shop.longitude, shop.placed_in_town = found.latitude, found.longitude, False
        shop.save(update_fields=["latitude", "longitude", "placed_in_town"])
    point = {"latitude": found.latitude, "longitude": found.longitude}
    offered = {name: (value, Word.TAKEN) for name, value in point.items()}
    note_offered(shop, offered, origins_of(shop), actor=actor, at=at, source=Source.BAN)
    said["id"] = found.ref
    note_listed(shop, Source.BAN, at=at, licence=geocoder.LICENCE, said=said)
    done.placed += 1
