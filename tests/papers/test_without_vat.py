"""A business that charges no VAT: from the quote to the invoice and the table of sales."""

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Conflict
from comptoir.orders.charges.bill import bill_of, charged_lines
from comptoir.papers.identity import missing
from comptoir.papers.models import CountedBy, LegalIdentity
from comptoir.papers.operations import IdentitySaid, issue
from comptoir.papers.reads import bytes_of, reported
from comptoir.quotes.basket import Delivery, Scheme
from comptoir.quotes.reads import Asked, Wish, quote_for
from tests.factories import make_shop
from tests.papers.orders import SIRET, pay, selling
from tests.papers.test_samples import words_of
from tests.payments.world import POSTAGE, offers_of, posted_order

pytestmark = pytest.mark.django_db
SMALL = IdentitySaid(name="Léa Morin", form="Entrepreneur individuel", without_vat=True)


def paid_order(shop):
    (offer,) = offers_of(shop, 1290, on_hand=3)
    order = posted_order(offer)
    pay(order, 1290 + POSTAGE)
    return order


def test_what_it_sells_bears_no_vat_from_the_quote_to_the_table():
    shop = selling(make_shop(siret=SIRET), SMALL)
    order = paid_order(shop)
    offer = order.lines.get().offer
    quote = quote_for(shop, [Asked(offer_id=offer.pk)], Wish(Delivery.MAIL, postcode="87000"))
    assert [(each.tax.scheme, each.vat_cents) for each in quote.sums] == [(Scheme.NONE, 0)]
    (line,) = charged_lines(order, bill_of(order))
    assert str(line[2]) == "sans TVA"
    made = issue(order_id=order.pk, actor=SYSTEM, now=timezone.now())
    assert (made.cents, made.vat_cents) == (1290 + POSTAGE, 0)
    (page,) = words_of(bytes_of(made))
    assert "TVA non applicable, article 293 B du CGI" in page
    assert "Numéro de TVA" not in page
    today = timezone.localdate()
    (row,) = reported(shop, today, today, actor=SYSTEM, by=CountedBy.PAID)
    assert (row.category, row.cents, row.vat_cents) == ("TNT1", 1290 + POSTAGE, 0)


def test_what_was_sold_with_vat_before_still_names_the_number():
    shop = selling(make_shop(siret=SIRET))
    order = paid_order(shop)
    LegalIdentity.objects.update(without_vat=True, vat_number="")
    assert missing(shop, LegalIdentity.objects.get(), vat=False) == []
    with pytest.raises(Conflict) as refusal:
        issue(order_id=order.pk, actor=SYSTEM, now=timezone.now())
    assert refusal.value.data["fields"] == ["vat_number"]
