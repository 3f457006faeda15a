"""Who sees a shop's accounts and moves its money at its counter: its owner alone."""

import pytest
from django.urls import reverse
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.payments.models import Account, Refund, Transfer
from comptoir.payments.operations import TransferSaid, enter_transfer
from comptoir.payments.reads.state import state_of
from comptoir.shops.models import Shop, StaffRole
from tests.factories import make_shop, make_staff
from tests.payments.world import money_for

pytestmark = pytest.mark.django_db
FORMS = {
    "transfer_voided": {},
    "refund": {"amount": "0,01"},
    "transfer_entered": {"amount": "5", "dated": ""},
    "refund_again": {"by_hand": "1"},
    "payments": {"provider": "transfer", "late": "honour", "days": "9"},
    "payment_closed": {},
}


def addresses(shop: Shop, order) -> dict[str, str]:
    keys = money_for(order)
    said = TransferSaid(cents=300, dated=timezone.localdate())
    unused = enter_transfer(order_id=order.pk, said=said, actor=SYSTEM, now=timezone.now())
    ids = {
        "refund": [order.pk],
        "transfer_entered": [order.pk],
        "transfer_voided": [unused.pk],
        "refund_again": [keys["int:refund_id"]],
        "payment_closed": [keys["int:account_id"]],
        "payments": [],
    }
    return {name: reverse(f"counter:{name}", args=[shop.slug, *ids[name]]) for name in FORMS}


def rows() -> list[object]:
    """Return all that one of the forms would change."""
    return [
        list(model.objects.order_by("pk").values_list(*names))
        for model, *names in (
            (Account, "pk", "closed_at", "days"),
            (Transfer, "pk", "voided_at"),
            (Refund, "pk", "status"),
        )
    ]


@pytest.mark.parametrize("who", ["owner", "staff", "owner elsewhere"])
def test_the_owner_alone_moves_money(order, client, who):
    paths = addresses(order.shop, order)
    shop = make_shop() if who == "owner elsewhere" else order.shop
    client.force_login(make_staff(shop, StaffRole.STAFF if who == "staff" else StaffRole.MANAGER))
    statuses = set()
    before = rows()
    for name, form in FORMS.items():
        shown = {"dated": timezone.localdate().isoformat()} if "dated" in form else {}
        shown |= {"gone": str(state_of(order).gone)} if name == "refund" else {}
        statuses.add(client.post(paths[name], form | shown).status_code)
        assert (rows() == before) == (who != "owner"), name
        before = rows()
    assert (statuses == {404}) == (who == "owner elsewhere")
    screen = client.get(paths["payments"])
    assert screen.status_code == (404 if who == "owner elsewhere" else 200)
    assert (b'name="iban"' in screen.content) == (who == "owner")
    if who == "staff":
        slip = client.get(reverse("counter:order", args=[shop.slug, order.pk])).content.decode()
        assert "rembourser" not in slip
        assert Account.objects.exclude(label="").first().label not in screen.content.decode()
