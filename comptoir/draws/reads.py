"""What may be read of draws, and what each publishes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from comptoir.draws.errors import no_such_draw, no_such_entry
from comptoir.draws.fairness import FORMAT
from comptoir.draws.memory import draws_on
from comptoir.draws.models import Draw, DrawEntry, DrawLot, EntryState, Phase
from comptoir.draws.operations.steps import lot_name, whose, zone_of
from comptoir.networks.models import Network
from comptoir.networks.portal import portal
from comptoir.releases.phrases import moment
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop

A_PAGE = 50


def public_draws(*, made_since: datetime | None = None) -> list[Draw]:
    """Return the draws of shops and networks that the site which answers shows: those that are open
    or not over yet, and those that were made from a moment on, the first to close first. One query
    more than their titles."""
    which = Q(ended_at=None)
    if made_since is not None:
        which |= Q(drawn_at__gte=made_since)
    found = Draw.objects.filter(which).select_related("product", "shop", "network")
    return [draw for draw in found.order_by("closes_at", "pk") if _is_shown(draw)]


def public_draws_on(product_id: int) -> list[Draw]:
    """Return those of `public_draws` that are for a title, as `draws.memory` keeps them."""
    return [draw for draw in draws_on(product_id) if _is_shown(draw)]


def clock_of(draw: Draw) -> ZoneInfo:
    """Return on which clock all readers are told the moments of a draw: that of whose it is."""
    return ZoneInfo(zone_of(whose(draw)))


def public_draw(key: int) -> Draw:
    """Return a draw that the public may see. Raises `NotFound` (`no_such_draw`)."""
    found = Draw.objects.filter(pk=key).select_related("product", "shop", "network").first()
    if found is None or not _is_shown(found):
        raise no_such_draw()
    return found


def lots_of(draw: Draw) -> list[DrawLot]:
    """Return the lots of a draw, with their shops."""
    return list(draw.lots.select_related("shop").order_by("shop__name", "pk"))


def draws_of(of: Shop | Network, number: str = "") -> Page[Draw]:
    """Return a page of the draws of a shop, with those of its networks, or of a network, the newest
    first: by its `number` as it was asked for, the nearest that there is."""
    found = _all_of(of).prefetch_related("lots").order_by("-pk")
    return Paginator(found, A_PAGE).get_page(number)


def _all_of(of: Shop | Network) -> QuerySet[Draw]:
    if isinstance(of, Network):
        which = Q(network=of)
    else:
        networks = of.memberships.values("network_id")
        which = Q(shop=of) | Q(network__in=networks)
    return Draw.objects.filter(which).select_related("product", "network", "shop")


def draw_of(of: Shop | Network, key: int) -> Draw:
    """Return a draw of a shop, of one of its networks or of a network, however old and whatever
    came of it. Raises `NotFound` (`no_such_draw`)."""
    found = _all_of(of).filter(pk=key).first()
    if found is None:
        raise no_such_draw()
    return found


def entry_by_token(token: str) -> DrawEntry:
    """Return the entry of a link. Raises `NotFound` (`no_such_entry`), also under the host of a
    portal that shows neither its draw's network nor its shop."""
    known = DrawEntry.objects.select_related(
        "draw__product", "lot__shop", "lot__offer__shop", "order"
    )
    found = known.filter(token=token).first() if token else None
    if found is None or not _is_of_site(found):
        raise no_such_entry()
    return found


def entries_of(key: str, now: datetime) -> list[DrawEntry]:
    """Return what a person has entered, by the keyed hash of their address, and is not over at a
    moment: they wait for the draw, may win yet, or have won and not taken the copy; the newest
    first. A copy that was taken is an order. One query."""
    known = DrawEntry.objects.select_related("draw__product", "lot__shop", "lot__offer__shop")
    mine = known.filter(key=key, token__isnull=False, draw__ended_at=None)
    waiting = Q(state=EntryState.IN) | Q(state=EntryState.OFFERED, offered_until__gt=now)
    return [each for each in mine.filter(waiting).order_by("-pk") if not each.draw.is_void]


def published(draw: Draw) -> dict[str, Any]:
    """Return all that a draw publishes, as `draws.fairness` checks it: the list once it is frozen,
    the seed, the value and the order once it is drawn. Nothing in it says who anybody is."""
    lots = lots_of(draw)
    told: dict[str, Any] = {
        "format": FORMAT,
        "draw": draw.pk,
        "title": draw.product.title,
        "source": draw.source,
        "commitment": draw.commitment,
        "closes_at": draw.closes_at.isoformat(),
        "known_at": draw.known_at.isoformat() if draw.known_at else None,
        "frozen_at": draw.frozen_at.isoformat() if draw.frozen_at else None,
        "lots": [
            {"lot": lot_name(lot.pk), "shop": lot.shop.slug, "copies": lot.copies} for lot in lots
        ],
        "list_hash": draw.list_hash or None,
        "entries": [],
        "value": None,
        "seed": None,
        "order": [],
        "winners": [],
    }
    if draw.frozen_at is None:
        return told
    entries = draw.entries.exclude(state=EntryState.ASKED)
    rows = list(entries.order_by("digest").values_list("digest", "lot_id", "place"))
    told["entries"] = [{"entry": digest, "lot": lot_name(lot)} for digest, lot, _place in rows]
    if draw.drawn_at is None:
        return told
    ordered = sorted((place, digest, lot) for digest, lot, place in rows if place)
    told |= {"value": draw.value, "seed": bytes(draw.seed).hex()}
    told["order"] = [digest for _place, digest, _lot in ordered]
    left = {lot.pk: lot.copies for lot in lots}
    for _place, digest, lot in ordered:
        if left[lot] > 0:
            left[lot] -= 1
            told["winners"].append(digest)
    return told


@dataclass(frozen=True, slots=True)
class DrawRow:
    """A draw as the screens of who may make it show it. `known` says when its number is;
    `may_draw`: it is by now, `is_void`: it was before the list was frozen. `mine`: it is theirs to
    draw and cancel; `may_join`: the shop may put copies in. `winners` are entries that were offered
    a copy: of a shop's screen those of its own lot."""

    draw: Draw
    phase: str
    label: str
    closes: str
    known: str
    copies: int
    entries: int
    winners: list[DrawEntry]
    page: str
    step: str
    mine: bool
    may_draw: bool
    is_void: bool
    may_join: bool


def draw_rows(
    of: Shop | Network,
    draws: Sequence[Draw],
    zone: ZoneInfo,
    now: datetime,
    address: Callable[[int], str],
) -> list[DrawRow]:
    """Return draws of `draws_of` as lines of a screen. A network is told how many have won, and no
    names. Two queries."""
    rows = []
    entered = DrawEntry.objects.filter(draw__in=draws).exclude(state=EntryState.ASKED)
    counts = dict(entered.values_list("draw").annotate(Count("pk")))
    winners = _winners_of(of, draws)
    for draw in draws:
        is_shop, lots = isinstance(of, Shop), list(draw.lots.all())
        is_mine = draw.shop_id == of.pk if is_shop else True
        is_frozen, known_at = draw.phase is Phase.FROZEN, draw.known_at
        mine = any(is_shop and lot.shop_id == of.pk for lot in lots)
        rows.append(
            DrawRow(
                draw=draw,
                phase=draw.phase.value,
                label=str(draw.phase.label),
                closes=moment(draw.closes_at, zone, now),
                known=moment(known_at, zone, now) if known_at else "",
                copies=sum(lot.copies for lot in lots),
                entries=counts.get(draw.pk, 0),
                winners=winners.get(draw.pk, []),
                page=reverse("site:draw", args=[draw.pk]),
                step=address(draw.pk),
                mine=is_mine,
                may_draw=is_mine and is_frozen and _is_known(draw, now),
                is_void=is_mine and draw.is_void,
                may_join=is_shop and not mine and draw.phase is Phase.OPEN,
            )
        )
    return rows


def _winners_of(of: Shop | Network, draws: Sequence[Draw]) -> dict[int, list[DrawEntry]]:
    """Return by draw who was offered a copy of a shop's lots, as they were drawn; not who had left
    by then."""
    if isinstance(of, Network):
        return {}
    won = Q(state__in=(EntryState.OFFERED, EntryState.TAKEN, EntryState.PASSED))
    found: dict[int, list[DrawEntry]] = {}
    rows = DrawEntry.objects.filter(won, draw__in=draws, lot__shop=of, offered_until__isnull=False)
    for entry in rows.order_by("place"):
        found.setdefault(entry.draw_id, []).append(entry)
    return found


def _is_known(draw: Draw, now: datetime) -> bool:
    return draw.is_blind and draw.known_at is not None and draw.known_at <= now


def _is_of_site(entry: DrawEntry) -> bool:
    shown = portal()
    if shown is None or (shown.network and shown.network.pk == entry.draw.network_id):
        return True
    return bool(directory().keys() & {entry.lot.where.pk})


def _is_shown(draw: Draw) -> bool:
    kept = directory()
    if draw.shop_id is not None:
        return bool(kept.keys() & {draw.shop_id})
    return any(
        each.network_id == draw.network_id
        for shop in kept.public
        for each in shop.memberships.all()
    )
