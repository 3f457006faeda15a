"""A year that was typed wrong is refused wherever pages would read it again: one closing or one
banner of the year 1 would break every page of the installation."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Faults, Invalid
from comptoir.networks.operations.pages.banners import BannerRequest, raise_banner
from comptoir.networks.operations.pages.publications import Placing
from comptoir.networks.pages.memory import boards
from comptoir.shops import memory
from comptoir.shops.doors.fields import read_slot
from comptoir.shops.doors.models import DoorsMode
from comptoir.shops.operations import DoorsRequest
from comptoir.shops.operations.doors import shut_doors
from tests.factories import make_network, make_offer, make_shop, make_staff
from tests.networks.pages.words import write

pytestmark = pytest.mark.django_db
FIRST = datetime(1, 1, 1, tzinfo=ZoneInfo("Europe/Paris"))
LAST = datetime(9999, 12, 31, 23, 59, tzinfo=ZoneInfo("America/Guadeloupe"))


@pytest.mark.parametrize("moment", [FIRST, LAST])
def test_no_text_of_a_network_is_of_a_wrong_year(moment):
    network, now = make_network(), timezone.now()
    for times in ({"begins_at": moment}, {"ends_at": moment}):
        with pytest.raises(Faults):
            raise_banner(
                network=network, request=BannerRequest(text="A", **times), actor=SYSTEM, now=now
            )
    for placing in (Placing(appears_at=moment), Placing(ends_at=moment)):
        with pytest.raises(Faults):
            write(network, "Bientôt", placing=placing)
    assert not boards()[network.pk].lines


@pytest.mark.parametrize("moment", [FIRST, LAST])
def test_no_doors_are_closed_in_a_wrong_year(moment):
    shop, now = make_shop(), timezone.now()
    request = DoorsRequest(mode=DoorsMode.SLOTS, begins_at=moment)
    with pytest.raises(Invalid) as refused:
        shut_doors(of=shop, request=request, actor=SYSTEM, now=now)
    assert refused.value.code == "bad_begins_at"
    assert not memory.directory().doors(shop.pk)


def test_a_slot_of_a_wrong_year_is_no_slot():
    first, last = "0001-01-01T00:00+23:00", "9999-12-31T23:59-23:00"
    assert read_slot(first) is None
    assert read_slot(last) is None
    offer = make_offer()
    asked = {
        "shop": offer.shop.slug,
        "customer": {"name": "A", "email": "a@example.org"},
        "lines": [{"product": offer.ean}],
        "slot": first,
    }
    key = {"Idempotency-Key": "0123456789abcdef0123456789abcdef"}
    answer = Client().post("/api/v1/orders", asked, "application/json", headers=key)
    assert answer.status_code == 422, answer.content
    assert answer.json()["code"] == "bad_slot"


def test_the_list_of_the_door_ends_with_the_calendar():
    shop = make_shop()
    client = Client()
    client.force_login(
        make_staff(shop), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    for day in ("0001-01-01", "9999-12-31"):
        assert client.get(f"/comptoir/{shop.slug}/porte?jour={day}").status_code == 200
