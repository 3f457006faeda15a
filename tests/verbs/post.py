"""What each verb of a day's post asks of its actor; the order of the world is one to be posted."""

from collections.abc import Callable

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.orders.models import Order
from comptoir.post.models import Parcel
from comptoir.post.operations import ParcelSaid, hand_over, pack
from comptoir.shops.operations.scope import Verb
from tests.post.world import make_posted
from tests.verbs.rows import Call, Make, of, once
from tests.verbs.world import World


@once
def posted(w: World) -> Order:
    return make_posted((w.offer, 1), email="posted@example.org")


def on_order(verb, w: World, actor: Actor):
    return verb(order_id=posted(w).pk, actor=actor)


def on_line(**values) -> Callable[..., object]:
    return lambda verb, w, actor: verb(line_id=posted(w).lines.get().pk, actor=actor, **values)


@once
def packed(w: World) -> Parcel:
    return pack(order_id=posted(w).pk, actor=SYSTEM)


@once
def gone(w: World) -> Parcel:
    return hand_over(parcel_id=packed(w).pk, actor=SYSTEM)


def of_parcel(name: str, made: Make = packed) -> tuple[str, tuple[Verb, Call]]:
    """Return the row of a verb that is called on a parcel."""
    return of(
        f"post.operations.{name}",
        Verb.SERVE_ORDERS,
        lambda verb, w, actor: verb(parcel_id=made(w).pk, actor=actor),
        before=made,
    )


def reads(**values) -> Callable[..., object]:
    return lambda verb, w, actor: verb(shop=w.shop, actor=actor, **values)


def scanned(verb, w: World, actor: Actor):
    order = posted(w)
    return verb(order_id=order.pk, text=w.offer.ean, actor=actor)


def fetched(verb, w: World, actor: Actor):
    posted(w)
    return verb(shop=w.shop, text=w.offer.ean, actor=actor)


def said(verb, w: World, actor: Actor):
    return verb(shop=w.shop, said=ParcelSaid(code=posted(w).code), actor=actor)


VERBS = dict(
    [
        of("post.reads.days_post", Verb.SERVE_ORDERS, reads()),
        of("post.reads.to_pack_with", Verb.SERVE_ORDERS, reads(text="9782070360024")),
        of("post.reads.parcels_of", Verb.SERVE_ORDERS, reads(keys=[1])),
        of("post.reads.to_post", Verb.SERVE_ORDERS,
           lambda verb, w, actor: verb(shop=w.shop, order_id=posted(w).pk, actor=actor),
           before=posted),
        of("post.operations.shelf.fetch", Verb.SERVE_ORDERS, fetched, before=posted),
        of("post.operations.shelf.tick", Verb.SERVE_ORDERS, on_line(), before=posted),
        of("post.operations.shelf.miss", Verb.SERVE_ORDERS, on_line(quantity=1), before=posted),
        of("post.operations.contents.pack", Verb.SERVE_ORDERS, on_order, before=posted),
        of("post.operations.contents.put_in", Verb.SERVE_ORDERS, scanned, before=posted),
        of_parcel("contents.unpack"),
        of_parcel("numbers.number"),
        of("post.operations.numbers.take_rows", Verb.SERVE_ORDERS, reads(text="48291370;1")),
        of_parcel("carriage.hand_over"),
        of_parcel("carriage.deliver", gone),
        of("post.operations.reports.report", Verb.SERVE_ORDERS, said, before=posted),
    ]
)  # fmt: skip
