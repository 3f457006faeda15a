"""A shop with a supplier, and readers who have special orders there."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.catalogue.models import Product
from comptoir.orders.models import Order
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer, LineRequest
from comptoir.purchases.models import Arrival, Purchase, Supplier
from comptoir.purchases.operations import (
    PutAway,
    Scanned,
    SupplierSaid,
    assign,
    put_away,
    scan,
    send,
    wish,
    write_own_gln,
    write_supplier,
)
from comptoir.purchases.reads import lists_of
from comptoir.shops.models import Shop
from tests.factories import confirm_by_mail, make_product, make_shop, make_staff, request_for

GLN, OWN_GLN = "3012410000003", "3025590000008"


@dataclass
class Town:
    """`ann` works in the shop, which buys the publisher of `book` of `supplier`."""

    shop: Shop
    ann: Actor
    supplier: Supplier
    book: Product

    def order(self, *books: Product, name: str = "ana", copies: int = 1, **more: Any) -> Order:
        """Place and confirm somebody's special order."""
        wanted = books or (self.book,)
        lines = tuple(LineRequest(book.pk, None, copies) for book in wanted)
        customer = Customer(name.capitalize(), f"{name}@example.org")
        trusted = {"trusted": True, "customer": customer, "lines": lines} | more
        return confirm_by_mail(place(request_for(shop=self.shop, **trusted)))

    def seen(self) -> str:
        """Return the list of the supplier as a page shows it; nothing where it is empty."""
        lists = lists_of(shop=self.shop, actor=self.ann)
        mine = [each for each in lists if each.supplier == self.supplier]
        return mine[0].seen if mine else ""

    def send(self, **more: Any) -> Purchase:
        """Send the list of the supplier."""
        said = {"supplier_id": self.supplier.pk, "seen": self.seen()} | more
        return send(shop=self.shop, actor=self.ann, **said)

    def scan(self, code: str | None = None, **more: Any) -> Scanned:
        """Scan a copy, by default of the book."""
        what = {"code": code or self.book.ean, "key": uuid4().hex} | more
        return scan(shop=self.shop, actor=self.ann, **what)

    def put_away(self, arrival: Arrival | None = None) -> PutAway:
        """Put what was scanned away."""
        found = arrival or Arrival.objects.get(shop=self.shop, closed_at=None)
        return put_away(shop=self.shop, arrival_id=found.pk, actor=self.ann)


def make_town(**supplier: Any) -> Town:
    """Make them."""
    shop = make_shop()
    ann = make_staff(shop).actor
    said = {"name": "Distribution Ouest", "way": "dilicom"} | supplier
    found = write_supplier(shop=shop, said=SupplierSaid(**said), actor=ann)
    book = make_product(title="Le Grand Meaulnes")
    assign(shop=shop, product=book, supplier_id=found.pk, whole_publisher=True, actor=ann)
    return Town(shop, ann, found, book)


def town_of(shop: Shop) -> dict[str, str]:
    """Give a shop one of each thing that is bought, and return their keys by the words of routes:
    an order of one title, a copy that is being unpacked, and what is `seen` of the next order."""
    said = SupplierSaid("Distribution Ouest", gln=GLN)
    write_own_gln(shop=shop, gln=OWN_GLN, actor=SYSTEM)
    found = write_supplier(shop=shop, said=said, actor=SYSTEM)
    book = make_product(publisher="Éditions de la Boivre")
    assign(shop=shop, product=book, supplier_id=found.pk, whole_publisher=True, actor=SYSTEM)
    wish(shop=shop, product=book, quantity=2, actor=SYSTEM)
    lists = lists_of(shop=shop, actor=SYSTEM)
    mine = next(each for each in lists if each.supplier == found)
    purchase = send(shop=shop, supplier_id=found.pk, seen=mine.seen, actor=SYSTEM)
    scanned = scan(shop=shop, code=str(book.ean), key="0", actor=SYSTEM).scan
    wish(shop=shop, product=book, quantity=1, actor=SYSTEM)
    lists = lists_of(shop=shop, actor=SYSTEM)
    return {
        "supplier": str(found.pk),
        "seen": next(each for each in lists if each.supplier == found).seen,
        "scanned": str(book.ean),
        "int:supplier_id": str(found.pk),
        "int:number": str(purchase.number),
        "int:scan_id": str(scanned.pk),
        "int:arrival_id": str(scanned.arrival_id),
        "number": str(purchase.number),
        "line_id": str(purchase.lines.get().pk),
        "arrival_id": str(scanned.arrival_id),
    }
