"""A bookseller's word on a title: written, changed, put first, removed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.catalogue.models import Product
from comptoir.core.errors import Conflict, NotFound, fill
from comptoir.events.models import LONGEST_NAME, LONGEST_PICK, SHOWN_STATES, Deed, Pick
from comptoir.events.operations.steps import note, read_line, read_text, take_turn
from comptoir.shops.models import Shop
from comptoir.shops.operations.page.acts import keep_act
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.shops.page.state import PICKS

MOST_PICKS = 200
"""How many words on titles a shop shows at most."""


@transaction.atomic
def write_pick(*, shop: Shop, product_id: int, text: str, signed: str = "", actor: Actor) -> Pick:
    """Write a shop's word on a title, or write it anew; return it. A new one stands first.

    `signed` is the name of who wrote it, as they wish it shown; empty, none is. The same again
    changes nothing.

    Guard: `FILL_WINDOW`. Locks: the turn of windows, then the pick. Writes: the pick, a line of
    history. Raises `NotFound` (also `no_such_product`), `Forbidden`, `Invalid` (`missing`,
    `too_long`, `bad_text`, its field in `data`), `Conflict` (`shop_ended`, `no_title`,
    `many_picks`).
    """
    shop = in_scope(shop, actor, Verb.FILL_WINDOW)
    product = _product(shop, product_id)
    said = {
        "text": read_text(text, LONGEST_PICK, "text", needed=True),
        "signed": read_line(signed, LONGEST_NAME, "signed"),
    }
    take_turn()
    now = timezone.now()
    pick = Pick.objects.select_for_update().filter(shop=shop, product=product).first()
    if pick is None:
        return _new(shop, product, said, actor, now)
    if all(getattr(pick, name) == value for name, value in said.items()):
        return pick
    for name, value in (said | acted_by(actor) | {"changed_at": now}).items():
        setattr(pick, name, value)
    pick.save()
    note(shop, Deed.CHANGED, actor=actor, at=now, product_id=product.pk)
    return pick


@transaction.atomic
def put_first(*, shop: Shop, pick_id: int, actor: Actor) -> Pick:
    """Put one of a shop's words on titles before the others.

    Guard: `FILL_WINDOW`. Locks: the shop, the turn of windows, the picks. Writes: their places, a
    line of history, the shop's own. Raises `NotFound` (also `no_such_pick`), `Forbidden`,
    `Conflict` (`shop_ended`).
    """
    return move_pick(shop=shop, pick_id=pick_id, by=-MOST_PICKS, actor=actor)


@transaction.atomic
def move_pick(*, shop: Shop, pick_id: int, by: int, actor: Actor) -> Pick:
    """Move one of a shop's words on titles by so many places among them, earlier where that is
    negative; return it.

    Guard: `FILL_WINDOW`. Locks: the shop, the turn of windows, the picks. Writes: their places, a
    line of history, the shop's own. Raises `NotFound` (also `no_such_pick`), `Forbidden`,
    `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.FILL_WINDOW, lock=True)
    take_turn()
    pick, now = _pick(shop, pick_id), timezone.now()
    wanted = order_of(shop)
    place = wanted.index(pick.product_id)
    wanted.insert(min(max(place + by, 0), len(wanted) - 1), wanted.pop(place))
    before, after = _put_order(shop, wanted)
    if before != after:
        deed = Deed.PUT_FIRST if after[0] == pick.product_id else Deed.CHANGED
        note(shop, deed, actor=actor, at=now, product_id=pick.product_id)
        keep_act(shop, {PICKS: (before, after)}, actor=actor, at=now)
    return pick


def order_of(shop: Shop) -> list[int]:
    """Return the keys of the titles on which a shop has a word, in the order of its page."""
    picks = Pick.objects.filter(shop=shop).order_by("-place", "-pk")
    return list(picks.values_list("product_id", flat=True))


def put_order(
    shop: Shop, wanted: Sequence[int], *, actor: Actor, at: datetime
) -> tuple[list[int], list[int]]:
    """Put a shop's words on titles into an order, given by the keys of their titles; those that it
    does not name stand first. Return the order before and after, for the shop's history.

    A step: whoever calls it has locked the shop, and then holds the turn. Writes: the picks, a line
    of history.
    """
    before, after = _put_order(shop, wanted)
    if before != after:
        note(shop, Deed.PUT_FIRST, actor=actor, at=at, product_id=after[0])
    return before, after


def _put_order(shop: Shop, wanted: Sequence[int]) -> tuple[list[int], list[int]]:
    before = order_of(shop)
    after = [key for key in before if key not in wanted]
    after += [key for key in wanted if key in before]
    picks = {each.product_id: each for each in Pick.objects.select_for_update().filter(shop=shop)}
    for place, key in enumerate(reversed(after), start=1):
        picks[key].place = place
    Pick.objects.bulk_update(picks.values(), ["place"])
    return before, after


@transaction.atomic
def remove_pick(*, shop: Shop, pick_id: int, actor: Actor) -> Pick:
    """Take a word on a title out of the window for good; return what it was.

    Guard: `FILL_WINDOW`. Locks: the turn of windows, the pick. Deletes: the pick. Writes: a line of
    history. Raises `NotFound` (also `no_such_pick`), `Forbidden`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.FILL_WINDOW)
    take_turn()
    pick = _pick(shop, pick_id)
    Pick.objects.filter(pk=pick.pk).delete()
    note(shop, Deed.REMOVED, actor=actor, at=timezone.now(), product_id=pick.product_id)
    return pick


def _new(shop: Shop, product: Product, said: dict[str, str], actor: Actor, now: datetime) -> Pick:
    if Pick.objects.filter(shop=shop).count() >= MOST_PICKS:
        told = _("A shop shows %(most)d words on titles at most: remove one first.")
        raise Conflict("many_picks", fill(told, most=MOST_PICKS))
    pick = Pick.objects.create(
        shop=shop,
        product=product,
        place=_next_place(shop),
        written_at=now,
        changed_at=now,
        **said,
        **acted_by(actor),
    )
    note(shop, Deed.WRITTEN, actor=actor, at=now, product_id=product.pk)
    return pick


def _product(shop: Shop, product_id: int) -> Product:
    product = Product.objects.seen_in(shop.pk).filter(pk=product_id).first()
    if product is None:
        raise NotFound("no_such_product", _("There is no such title in the catalogue."))
    if product.state not in SHOWN_STATES:
        told = _("The catalogue does not know this title yet: readers would see a number.")
        raise Conflict("no_title", told)
    return product


def _pick(shop: Shop, pick_id: int) -> Pick:
    pick = Pick.objects.select_for_update().filter(shop=shop, pk=pick_id).first()
    if pick is None:
        raise NotFound("no_such_pick", _("This word is not in the window any more."))
    return pick


def _next_place(shop: Shop) -> int:
    """Return the place before all others of a shop. Whoever calls it holds the turn."""
    return (Pick.objects.filter(shop=shop).aggregate(last=Max("place"))["last"] or 0) + 1
