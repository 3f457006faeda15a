"""A magazine's EAN means every issue: which one a shop has stands beside it, and is no key."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product
from comptoir.core.db import fetch
from comptoir.core.errors import Conflict
from comptoir.stock.counts.operations import Scan, start_count, take_scans
from comptoir.stock.counts.steps import apply_some, begin_applying
from comptoir.stock.formats import calls
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Offer, ReportStatus
from comptoir.stock.reports import reconcile
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import apply_report, take_report
from comptoir.stock.shelf import ledger
from comptoir.stock.shelf.nearest import nearest_offers
from comptoir.stock.shelf.standing import last_had, who_has
from tests.api.client import Api
from tests.factories import (
    ean,
    make_offer,
    make_product,
    make_shop,
    make_staff,
    preview_file,
    staff_of,
    take_file,
)

pytestmark = pytest.mark.django_db

MAGAZINE = "9771755023002"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def shop():
    return make_shop(slug="pilori")


def told(shop, *rows: str, hours: float = 1, take=take_file, **given):
    content = "ean;quantity;price\n" + "".join(f"{row}\n" for row in rows)
    values = {"format": "csv", "actor": staff_of(shop), "mode": "delta"} | given
    as_of = timezone.now() - timedelta(hours=hours)
    return take(shop=shop, stream=BytesIO(content.encode()), as_of=as_of, **values)


def issues(shop) -> dict[str, tuple[int, str]]:
    return {
        code: (on_hand, issue)
        for code, on_hand, issue in Offer.objects.filter(shop=shop).values_list(
            "product__ean", "on_hand", "issue"
        )
    }


def test_a_file_tells_the_issue_and_the_ean_alone_is_the_key(shop):
    told(shop, f"{MAGAZINE}14;3;5,90", f"{ean(1)}51895;2;8,40", hours=3)
    assert issues(shop) == {MAGAZINE: (3, "14"), ean(1): (2, "")}
    told(shop, f"{MAGAZINE} 00015;4;5,90", hours=2)
    assert issues(shop)[MAGAZINE] == (4, "00015")
    assert Product.objects.filter(ean=MAGAZINE).count() == 1
    told(shop, f"{MAGAZINE};2;5,90", hours=1)
    assert issues(shop)[MAGAZINE] == (2, "00015")


def test_two_issues_in_a_snapshot_are_copies_of_one_title_and_the_last_is_told(shop):
    told(shop, f"{MAGAZINE}13;1;5,90", f"{MAGAZINE}14;3;5,90", mode="snapshot")
    assert issues(shop) == {MAGAZINE: (4, "14")}


def test_the_same_figure_of_a_newer_issue_is_noted(shop):
    told(shop, f"{MAGAZINE}13;3;5,90", f"{ean(1)};1;8,40", mode="snapshot", hours=2)
    told(shop, f"{MAGAZINE}14;3;5,90", f"{ean(1)};1;8,40", mode="snapshot", hours=1)
    assert issues(shop) == {MAGAZINE: (3, "14"), ean(1): (1, "")}


def test_an_offer_whose_issue_alone_changes_is_locked_with_the_others(shop, monkeypatch):
    """Locked later it would be out of turn: two who wait for each other would end in an error."""
    told(shop, f"{MAGAZINE}13;3;5,90", mode="snapshot", hours=2)
    candidates = []
    compute = reconcile.compute

    def looked_at(reckoning):
        candidates.extend(fetch("SELECT ean FROM report_offer WHERE offer_id IS NOT NULL"))
        return compute(reckoning)

    monkeypatch.setattr(reconcile, "compute", looked_at)
    told(shop, f"{MAGAZINE}14;3;5,90", mode="snapshot", hours=1)
    assert candidates == [(MAGAZINE,)]


def test_an_older_report_does_not_bring_an_older_issue_back(shop):
    told(shop, f"{MAGAZINE}14;3;5,90", hours=1)
    told(shop, f"{MAGAZINE}13;9;5,90", f"{ean(1)};1;8,40", hours=2)
    assert issues(shop)[MAGAZINE] == (3, "14")


def test_what_was_previewed_or_held_back_keeps_its_issue(shop):
    report = told(shop, f"{MAGAZINE}14;3;5,90", take=preview_file)
    assert not Offer.objects.exists()
    apply_report(report=report, actor=staff_of(shop))
    assert issues(shop) == {MAGAZINE: (3, "14")}
    then = timezone.now() - timedelta(hours=1)
    offers = [make_offer(shop=shop, as_of=then) for _number in range(30)]
    lines = [StockLine(1, MAGAZINE, 3, 590, issue="15")]
    lines += [StockLine(2, offers[0].product.ean, 1, 990)]
    held = take_report(
        Incoming(
            shop=shop,
            format="csv",
            mode="snapshot",
            as_of=timezone.now() - timedelta(minutes=5),
            lines=lines,
            actor=staff_of(shop),
        )
    )
    assert held.status == ReportStatus.QUARANTINED
    assert issues(shop)[MAGAZINE] == (3, "14")
    apply_report(report=held, actor=staff_of(shop))
    assert issues(shop)[MAGAZINE] == (3, "15")


def test_a_call_tells_it():
    line = calls.count_line(line=1, item="x", count=2, ean=f"{MAGAZINE}14")
    assert line == StockLine(1, MAGAZINE, 2, issue="14")


def test_received_and_counted_copies_bring_their_issue(shop):
    actor = staff_of(shop)
    ledger.receive(shop=shop, ean=f"{MAGAZINE}14", quantity=3, actor=actor)
    assert issues(shop) == {MAGAZINE: (3, "14")}
    ledger.set_count(shop=shop, ean=f"]E3{MAGAZINE}15", count=2, actor=actor)
    assert issues(shop) == {MAGAZINE: (2, "15")}
    ledger.sell(shop=shop, ean=MAGAZINE, actor=actor)
    assert issues(shop) == {MAGAZINE: (1, "15")}
    long_ago = timezone.now() - timedelta(days=1)
    with pytest.raises(Conflict):
        ledger.set_count(shop=shop, ean=f"{MAGAZINE}16", count=2, actor=actor, at=long_ago)
    assert issues(shop) == {MAGAZINE: (1, "15")}


def test_a_stock_count_keeps_what_its_scans_told(shop):
    actor = staff_of(shop)
    session = start_count(shop=shop, name="Kiosque", whole=False, actor=actor)
    scans = [Scan(key, code) for key, code in (("a", f"{MAGAZINE}14"), ("b", MAGAZINE))]
    assert take_scans(session=session, scans=scans, actor=actor) == []
    begin_applying(session=session, zero_rest=False, actor=actor)
    apply_some(session.pk)
    assert issues(shop) == {MAGAZINE: (2, "14")}


def test_readers_and_programs_see_it(shop, client):
    product = make_product(ean=MAGAZINE, title="La Revue")
    make_offer(shop=shop, product=product, on_hand=2, issue="14")
    (offer,) = who_has([product.pk])[product.pk]
    (nearest,) = nearest_offers([product.pk])[product.pk].offers
    assert (offer.issue, nearest.issue) == ("14", "14")
    told = Api().get(f"/products/{MAGAZINE}14/availability").json()
    assert (told["product"]["ean"], told["offers"][0]["issue"]) == (MAGAZINE, "14")
    assert "n° 14" in client.get(f"/titre/{MAGAZINE}").content.decode()
    Offer.objects.update(on_hand=0, counted=0)
    assert [each.issue for each in last_had(product.pk)] == ["14"]


def test_the_counter_carries_it_from_the_scan_to_the_entry(shop):
    desk = Client()
    desk.force_login(make_staff(shop), backend=BACKEND)
    page = desk.get("/comptoir/pilori/stock", {"q": f"{MAGAZINE}14"})
    assert page["Location"] == f"/comptoir/pilori/stock/{MAGAZINE}?numero=14"
    shown = desk.get(page["Location"])
    assert 'name="numero" value="14"' in shown.content.decode()
    form = {"condition": "new", "quantity": "3", "numero": "14", "seen": shown.context["seen"]}
    desk.post(f"/comptoir/pilori/stock/{MAGAZINE}/recu", form)
    assert issues(shop) == {MAGAZINE: (3, "14")}
    assert "n° 14" in desk.get(f"/comptoir/pilori/stock/{MAGAZINE}").content.decode()


@pytest.mark.parametrize("number", ["1", "123", "abcde", "1" * 40, "٣٤"])
def test_what_is_no_issue_is_not_noted(shop, number):
    desk = Client()
    desk.force_login(make_staff(shop), backend=BACKEND)
    shown = desk.get(f"/comptoir/pilori/stock/{MAGAZINE}?numero={number}")
    assert 'name="numero"' not in shown.content.decode()
    form = {"condition": "new", "quantity": "3", "numero": number, "seen": shown.context["seen"]}
    desk.post(f"/comptoir/pilori/stock/{MAGAZINE}/recu", form)
    assert issues(shop) == {MAGAZINE: (3, "")}


def test_the_issue_of_a_book_is_no_issue(shop):
    actor = SYSTEM
    ledger.receive(shop=shop, ean=f"{ean(1)}51895", quantity=1, actor=actor)
    assert issues(shop) == {ean(1): (1, "")}
