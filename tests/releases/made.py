"""A release and a draw, made by the verbs, for tests of what is around them."""

from datetime import timedelta

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product
from comptoir.draws.models import Draw, DrawEntry
from comptoir.draws.operations import DrawRequest, EntryRequest, enter, open_draw
from comptoir.networks.models import Network
from comptoir.releases.models import Release
from comptoir.releases.operations import ReleaseRequest, announce
from comptoir.shops.models import Shop

SOURCE = "drand quicknet, the first round after the close"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def release_request(product: Product, *, at=None, **fields) -> ReleaseRequest:
    """Return what announces a release of a title; it is over by now unless said otherwise."""
    at = at or timezone.now() - DAY
    return ReleaseRequest(name="Disquaire Day", titles=[product.ref], holds_at=at, **fields)


def released(of: Shop | Network, product: Product, *, at=None, **fields) -> Release:
    """Return a release of a title, which may be reserved by now unless said otherwise."""
    request = release_request(product, at=at, **fields)
    return announce(of=of, request=request, actor=SYSTEM, now=timezone.now())


def draw_request(product: Product, **fields) -> DrawRequest:
    """Return what opens a draw for a copy of a title."""
    now = timezone.now()
    closes = now + DAY
    values = {"closes_at": closes, "known_at": closes + HOUR, "until": now + 5 * DAY, "copies": 1}
    return DrawRequest(title=product.ref, source=SOURCE, **{**values, **fields})


def drawn(of: Shop | Network, product: Product, **fields) -> Draw:
    """Return a draw that is open."""
    request = draw_request(product, **fields)
    return open_draw(of=of, request=request, actor=SYSTEM, now=timezone.now())


def entered(draw: Draw, email: str = "ana@example.org") -> DrawEntry:
    """Return an entry that nobody has confirmed."""
    lot = draw.lots.earliest("pk")
    request = EntryRequest(draw_id=draw.pk, lot_id=lot.pk, name="Ana Petit", email=email)
    return enter(request, now=timezone.now())
