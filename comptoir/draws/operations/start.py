"""A draw is opened, copies are put into it, it is cancelled."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.catalogue.reads import named_products
from comptoir.core.errors import Conflict, Invalid, fill, invalid
from comptoir.core.text import one_line, wrong_year
from comptoir.draws import drand
from comptoir.draws.errors import WrongPhase, source_known_before
from comptoir.draws.fairness import commitment
from comptoir.draws.models import Draw, DrawLot, EntryState, Phase
from comptoir.draws.operations.steps import (
    guard,
    locked,
    scoped,
    seen_as,
    set_free,
    tell,
    zone_of,
)
from comptoir.networks.models import Network
from comptoir.shops.models import Membership, Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.models import Condition, Offer
from comptoir.stock.shelf.holds import hold, lock_offers

AHEAD = timedelta(days=120)
MOST_COPIES = 1_000
LONGEST_TEXT, LONGEST_SOURCE = 400, 200
SEED_BYTES = 32
GAP = timedelta(minutes=15)
"""How long after the close the public value becomes known at the soonest: a job freezes the list
within a minute, and one of a machine that stood still for a while is still in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRequest:
    """What is drawn for: a title by its name, until when one enters (aware), the public value to
    come by its name (`source`) and from when it is known (`known_at`), how many days a winner has
    to take the copy, and until when copies are kept for the draw at all. `copies` of the shop whose
    draw it is; a network's has those that its shops put into it."""

    title: str
    closes_at: datetime
    until: datetime
    source: str
    known_at: datetime
    days: int = 3
    copies: int = 0
    text: str = ""


def open_draw(*, of: Shop | Network, request: DrawRequest, actor: Actor, now: datetime) -> Draw:
    """Open a draw for copies of a title, at a shop or at shops of a network: its commitment is
    published from now on. A shop's copies are set aside at once: no reservation gets them.

    Guard: `SET_RELEASES` of the shop, or of the network. Locks: the shop or the network, the offer.
    Writes: the draw, its lot, the offer (`held`), a line of the audit. Announces: the offer. Raises
    `NotFound`, `Forbidden`, `Invalid` (`bad_title`, `bad_closes_at`, `bad_known_at`, `bad_until`,
    `bad_source`, `bad_days`, `bad_copies`, `bad_text`), `Conflict` (`too_few_copies`).
    """
    values = _checked(request, zone_of(of), now)
    seed = secrets.token_bytes(SEED_BYTES)
    with transaction.atomic():
        where = scoped(of, actor)
        draw = Draw.objects.create(
            **where,
            **values,
            seed=seed,
            made_at=now,
            commitment=commitment(seed, values["source"], values["known_at"].isoformat()),
            **acted_by(actor),
        )
        if isinstance(of, Shop):
            _set_aside(draw, of, request.copies)
        note(
            actor, "draw_opened", **seen_as(draw, commitment=draw.commitment, copies=request.copies)
        )
    return draw


@transaction.atomic
def add_lot(*, draw: Draw, shop: Shop, copies: int, actor: Actor) -> DrawLot:
    """Put copies of a shop into a draw of one of its networks, while one may enter: they are set
    aside at once. A shop does so once.

    Guard: `SET_RELEASES` in the shop. Locks: the shop, the draw, the offer. Writes: the lot, the
    offer (`held`), a line of the audit. Announces: the offer. Raises `NotFound`, `Forbidden`,
    `WrongPhase`, `Invalid` (`bad_copies`), `Conflict` (`too_few_copies`, `not_a_member`,
    `lot_there`).
    """
    in_scope(shop, actor, Verb.SET_RELEASES, lock=True)
    found = locked(draw.pk)
    if found.phase is not Phase.OPEN:
        raise WrongPhase(found.phase)
    if not Membership.objects.filter(shop=shop, network=found.network).exists():
        raise Conflict("not_a_member", _("This draw is of a network that the shop is not in."))
    if found.lots.filter(shop=shop).exists():
        raise Conflict("lot_there", _("The shop has put its copies into this draw already."))
    lot = _set_aside(found, shop, copies)
    note(actor, "draw_joined", **seen_as(found, shop=shop.pk, copies=copies))
    return lot


@transaction.atomic
def cancel_draw(*, draw: Draw, actor: Actor, now: datetime) -> Draw:
    """Cancel a draw that is not drawn yet: its copies are free for all, who entered gets a mail.
    Done twice it is done once.

    Guard: as `open_draw`. Locks: the shop or the network, the draw, the offers. Writes: the draw,
    its lots, the offers, a line of the audit, mails. Announces: the offers. Raises `NotFound`,
    `Forbidden`, `WrongPhase`.
    """
    guard(draw, actor)
    found = locked(draw.pk)
    if found.phase is not Phase.CANCELLED:
        if found.phase not in (Phase.OPEN, Phase.FROZEN):
            raise WrongPhase(found.phase)
        call_off(found, now)
        note(actor, "draw_cancelled", **seen_as(found))
    return found


def call_off(draw: Draw, now: datetime) -> None:
    """End a locked draw that is not drawn, and tell who is in it. A step of a verb that has
    looked."""
    draw.ended_at = now
    draw.save(update_fields=["ended_at"])
    set_free(list(draw.lots.order_by("offer_id")))
    tell(draw.entries.filter(state=EntryState.IN), "draw_cancelled")


def _set_aside(draw: Draw, shop: Shop, copies: int) -> DrawLot:
    """Set copies of a shop aside for a draw. Raises `Invalid` (`bad_copies`), `Conflict`
    (`too_few_copies`)."""
    if not 1 <= copies <= MOST_COPIES:
        raise invalid("copies", _("A draw is for 1 to 1,000 copies."))
    key = Offer.objects.filter(
        shop=shop, product=draw.product_id, condition=Condition.NEW, copy_ref=""
    ).values_list("pk", flat=True)
    there = lock_offers(key[:1])
    offer = next(iter(there.values()), None)
    free = max(offer.available, 0) if offer else 0
    if offer is None or free < copies:
        told = fill(_("Not so many copies are free: %(free)d of %(n)d."), free=free, n=copies)
        raise Conflict("too_few_copies", told, available=free, field="copies")
    hold({offer.id: copies})
    return DrawLot.objects.create(
        draw=draw, shop=shop, offer_id=offer.id, copies=copies, held=copies
    )


def _checked(request: DrawRequest, zone: str, now: datetime) -> dict[str, Any]:
    """Return the columns of a draw. Raises `Invalid`."""
    text = one_line(request.text)
    ref = request.title.strip()
    product = named_products([ref], {"id"}).get(ref)
    if product is None:
        raise invalid("title", _("The catalogue does not know this title: write its EAN."))
    for field in ("closes_at", "known_at", "until"):
        if wrong := wrong_year(getattr(request, field), field):
            raise wrong
    closes_at, known_at, until = (
        x.astimezone(UTC).replace(second=0, microsecond=0)
        for x in (request.closes_at, request.known_at, request.until)
    )
    if not now < closes_at <= now + AHEAD:
        told = _("Entries close within 120 days from now.")
        raise Invalid("bad_closes_at", told, field="closes_at")
    if not closes_at + GAP <= known_at <= closes_at + AHEAD:
        told = _(
            "The number becomes known after the entries close, a quarter of an hour at the soonest:"
            " who knew it could choose who wins."
        )
        raise Invalid("bad_known_at", told, field="known_at")
    if not known_at < until <= closes_at + AHEAD:
        raise invalid("until", _("Copies are kept until after the number is known."))
    if not 1 <= request.days <= 30:
        raise invalid("days", _("A winner has 1 to 30 days."))
    if len(text) > LONGEST_TEXT:
        raise invalid("text", _("At most 400 characters."))
    return {
        "product_id": product.pk,
        "closes_at": closes_at,
        "until": until,
        "days": request.days,
        "source": _source(request.source, known_at, zone),
        "known_at": known_at,
        "text": text,
    }


def _source(text: str, known_at: datetime, zone: str) -> str:
    """Return the name of the public value: where it is “drand” alone, that of the round that is
    known then. Raises `Invalid` (`bad_source`), also for a round that is known sooner."""
    source = one_line(text)
    if source.lower() == drand.NAME:
        return drand.first_from(known_at)
    if not 10 <= len(source) <= LONGEST_SOURCE:
        told = _(
            "Name the public value and its moment, after the entries close, so that nobody can"
            " mistake it (10 to 200 characters)."
        )
        raise invalid("source", told)
    number = drand.named_round(source)
    if number is not None:
        try:
            at = drand.moment_of(number)
        except OverflowError:
            raise invalid("source", _("There is no such round of drand.")) from None
        if at < known_at:
            raise source_known_before(number, at, drand.first_from(known_at), zone)
    return source
