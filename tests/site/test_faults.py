"""All that is wrong with a reservation is said at once, and looked for once."""

import re
from itertools import combinations

import pytest
from django.core import signing

from comptoir.orders.models import Order
from comptoir.orders.operations.requests import check
from comptoir.site.answers import sent
from comptoir.stock.models import Offer
from tests.site.flows import choose, send

FAULTS = {
    "name": {"name": " "},
    "contact": {"email": "", "phone": ""},
    "email": {"email": "camille@"},
    "phone": {"phone": "12"},
    "lines": {"count": 21},
    "quantity": {"quantity": 11},
}
PAIRS = [
    (one, other)
    for one, other in combinations(FAULTS, 2)
    if one != "contact" or other not in {"email", "phone"}
]


def form_for(offer, *, count=1, quantity=1):
    """Return what the form of so many titles carries; all but the first are in no catalogue."""
    others = [[offer.product_id + number, 0, 1, 0] for number in range(1000, 999 + count)]
    lines = [[offer.product_id, offer.pk, quantity, 0], *others]
    return signing.dumps(["word", offer.shop_id, lines], salt=sent.SALT, compress=True)


@pytest.fixture
def checks(monkeypatch) -> list[object]:
    """Return what is checked, as it is checked."""
    seen: list[object] = []

    def counted(request):
        seen.append(request)
        return check(request)

    monkeypatch.setattr(sent, "check", counted)
    monkeypatch.setattr("comptoir.orders.operations.gatherer.check", counted)
    return seen


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_all_faults_are_told_at_once_and_looked_for_once(client, street, checks, pair):
    Offer.objects.filter(pk=street.offer.pk).update(on_hand=30)
    typed = FAULTS[pair[0]] | FAULTS[pair[1]]
    asked = {name: typed.pop(name) for name in ("count", "quantity") if name in typed}
    form = choose(client, street.offer)
    response = send(client, form, form=form_for(street.offer, **asked), **typed)
    page = response.content.decode()
    assert response.status_code == 400
    assert re.findall(r'class="field__error" id="(\w+)-error"', page) == list(pair)
    assert len(checks) == 1
    assert not Order.objects.exists()


def test_a_form_without_a_fault_is_placed(client, street, checks):
    """The control of the test above: what was checked is placed as it is."""
    form = choose(client, street.offer)
    assert send(client, form, form=form_for(street.offer)).status_code == 303
    assert len(checks) == 1
    assert Order.objects.count() == 1
