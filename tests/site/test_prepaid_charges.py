"""What an order to collect that is paid beforehand was charged: line by line, with its VAT, on its
reader's page and at the counter."""

import pytest

from comptoir.orders.operations import place
from tests.browsers import browser_of
from tests.factories import make_offer, make_staff, persons_request_for
from tests.site.flows import text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("prepay", [True, False])
def test_charges_stand_on_both_pages_of_what_is_paid_beforehand(client, prepay):
    offer = make_offer(on_hand=1)
    order = place(persons_request_for(offer, prepay=prepay))
    staff = browser_of(make_staff(offer.shop))
    desk = f"/comptoir/{offer.shop.slug}/reservations/{order.pk}"
    for page in (client.get(f"/reservation/{order.token}"), staff.get(desk)):
        assert page.status_code == 200
        assert ("TVA 5,5" in text(page)) is prepay
