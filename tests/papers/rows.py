"""A paper as rows alone, for tests that look at no file."""

from datetime import date
from hashlib import sha256

from django.utils import timezone

from comptoir.orders.models import Order
from comptoir.papers.content import Content
from comptoir.papers.invoices.values import Sum
from comptoir.papers.models import LegalIdentity, Paper, PaperFile, Series
from comptoir.quotes.basket import Scheme, Tax


def make_paper(order: Order, **fields) -> Paper:
    """Return the first paper of an order's shop, and make what stands beside it."""
    shop = order.shop
    said = {"name": "Les Quatre Vents SARL", "form": "SARL", "vat_number": "FR44732829320"}
    LegalIdentity.objects.get_or_create(shop=shop, defaults=said)
    Series.objects.create(shop=shop, last=1, last_day=date(2026, 11, 30))
    data = fields.pop("pdf", f"%PDF-1.7 {order.pk}".encode())
    file = PaperFile.objects.create(digest=sha256(data).hexdigest(), pdf=data)
    values = {
        "kind": "380",
        "serial": 1,
        "number": "C-000001",
        "day": date(2026, 11, 30),
        "issued_at": timezone.now(),
        "cents": 2150,
        "vat_cents": 112,
        "content": {"lines": [], "carriage": [], "sums": []},
        "buyer_key": order.email_key,
        "actor_kind": "system",
    }
    return Paper.objects.create(shop=shop, order=order, file=file, **(values | fields))


def sums_in(content: Content) -> list[Sum]:
    """Return the sums by tax that a row keeps."""
    return [
        Sum(Tax(Scheme(each["scheme"]), each["rate"]), each["cents"], each["vat_cents"])
        for each in content["sums"]
    ]
