"""The figures on screens and in files: whose they are, what is hidden, and what is said."""

import csv
import re
from datetime import UTC, datetime
from io import StringIO

import pypdfium2
import pytest
from django.test import Client

from comptoir.accounts.actors import SYSTEM
from comptoir.figures.models import MemberSpan, Tally, Unmet
from comptoir.figures.operations import follow
from comptoir.networks.models import Network, NetworkRole
from comptoir.shops.models import Shop
from tests.factories import make_coordinator, make_network, make_product, make_shop, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_one_transaction")]
YEAR = 2026


def tally(shop: Shop, month: int, *, network: Network | None = None, **counts: int) -> Tally:
    """Return what a shop took in on a day of a month."""
    parts = {name: counts.pop(name, 0) for name in PARTS}
    known = {name: counts.pop(name, 0) for name in ("cents", "copies", "unanswered", "told")}
    return Tally.objects.create(
        shop=shop,
        day=datetime(YEAR, month, 5, tzinfo=UTC).date(),
        network=network,
        channel="web",
        placed=sum(parts.values()),
        answers=[3] * counts.pop("answered", 0),
        set_asides=[4] * counts.pop("set_aside", 0),
        newcomers=counts.pop("newcomers", 0),
        **parts,
        **known,
    )


PARTS = ("unconfirmed", "collected", "not_found", "cancelled", "expired", "open")


@pytest.fixture
def network() -> Network:
    return make_network(name="Librairies du Clain")


@pytest.fixture
def members(network) -> list[Shop]:
    """Six members with much, one with little, and a shop that is none."""
    follow()
    shops = [make_shop(name=f"Librairie {n}", city=f"Ville {n // 2}") for n in range(7)]
    for number, shop in enumerate(shops):
        MemberSpan.objects.create(network=network, shop=shop, first_day="2020-01-01")
        for month in range(1, 12):
            if number < 6:
                tally(
                    shop,
                    month,
                    network=network if month % 2 else None,
                    collected=93 + number,
                    expired=7,
                    not_found=month == 4 and number == 0,
                    answered=80,
                    set_aside=60,
                    copies=120,
                    cents=150_000,
                    told=20,
                    newcomers=9,
                )
    tally(shops[6], 3, collected=3)
    outside = make_shop(name="Ailleurs")
    tally(outside, 3, collected=5000)
    return shops


def office(network: Network, role: NetworkRole = NetworkRole.COORDINATOR) -> Client:
    client = Client()
    client.force_login(make_coordinator(network, role))
    return client


def page(client: Client, network: Network, query: str = "") -> str:
    answer = client.get(
        f"/bureau/{network.slug}/chiffres{query}", headers={"Accept-Language": "fr"}
    )
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " ").replace("\u202f", " "))


def test_a_year_is_said_drawn_and_listed(network, members):
    shown = page(office(network, NetworkRole.EDITOR), network, f"?year={YEAR}")
    assert "En 2026, 6 799 réservations ; 93 % de celles qui ont pris fin" not in shown
    assert "réservations" in shown
    assert "5000" not in shown
    assert "5 000" not in shown
    assert shown.count('<rect class="chart__all"') == 11
    assert '<desc id="chart-desc">' in shown
    assert "<script" not in shown.split("<main")[1].split("</main")[0]
