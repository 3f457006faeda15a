"""What a shop of the demonstration buys for its readers: a list to send, and one that was sent."""

from collections.abc import Sequence

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product
from comptoir.core.db import fetch
from comptoir.orders.models import Channel
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer, LineRequest, PlaceRequest
from comptoir.purchases.kinds import Way
from comptoir.purchases.models import Distribution, Supplier
from comptoir.purchases.operations.purchases import send
from comptoir.purchases.operations.suppliers import SupplierSaid, assign, write_supplier
from comptoir.purchases.operations.wishes import wish
from comptoir.purchases.reads import lists_in
from comptoir.purchases.sources import publisher_key
from comptoir.shops.models import Shop

_SUPPLIERS = (
    SupplierSaid("Distribution du Grand Ouest", Way.MAIL, "commandes@ouest.example"),
    SupplierSaid("Grossiste des Deux Rives", Way.DILICOM, customer_number="4021"),
)
_READERS = ("Agathe Bellot", "Samir Haddad", "Odile Coste", "Tom Périgord")
_TITLES = """
SELECT p.id FROM catalogue_product p
WHERE p.kind = 'book' AND p.ean IS NOT NULL AND p.publisher <> ''
  AND NOT EXISTS (SELECT FROM stock_offer o WHERE o.product_id = p.id AND o.shop_id = %s)
ORDER BY p.id LIMIT 6
"""


def load_purchases(shop: Shop) -> int:
    """Enter suppliers of a shop that has none, with what its readers asked it to order; return how
    many titles that is."""
    if Supplier.objects.filter(shop=shop).exists():
        return 0
    titles = [Product.objects.get(pk=key) for (key,) in fetch(_TITLES, [shop.pk])]
    suppliers = [write_supplier(shop=shop, said=said, actor=SYSTEM) for said in _SUPPLIERS]
    for turn, (name, title) in enumerate(zip(_READERS, titles, strict=False)):
        _asked(shop, turn, name, title)
    _assign(shop, titles[:2], suppliers[0].pk)
    if titles:
        _send(shop, suppliers[0].pk)
    # What comes next waits on the list: for readers, and for the shelf; one title has no supplier,
    # and a notice that says who distributes it.
    _assign(shop, titles[2:3] + titles[4:], suppliers[1].pk)
    for title in titles[3:4]:
        Distribution.objects.get_or_create(
            publisher=publisher_key(title.publisher), defaults={"name": suppliers[0].name}
        )
    for title in titles[4:]:
        wish(shop=shop, product=title, quantity=2, actor=SYSTEM)
    return len(titles)


def _assign(shop: Shop, titles: Sequence[Product], supplier_id: int) -> None:
    """Say of whom titles are bought."""
    for title in titles:
        assign(
            shop=shop,
            product=title,
            supplier_id=supplier_id,
            whole_publisher=False,
            actor=SYSTEM,
        )


def _asked(shop: Shop, turn: int, name: str, title: Product) -> None:
    place(
        PlaceRequest(
            shop_id=shop.pk,
            lines=(LineRequest(title.pk),),
            customer=Customer(name=name, email=f"commande.{turn}@lecture.example"),
            channel=Channel.COUNTER,
            actor=SYSTEM,
            idempotency_key=f"demo:special:{shop.pk}:{turn}",
            trusted=True,
        )
    )


def _send(shop: Shop, supplier_id: int) -> None:
    """Send what is on the list of a supplier."""
    for each in lists_in(shop):
        if each.supplier is not None and each.supplier.pk == supplier_id:
            send(shop=shop, supplier_id=supplier_id, seen=each.seen, actor=SYSTEM)
