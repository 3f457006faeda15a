"""What the till told: one click applies or discards what was held back."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Offer, ReportStatus
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from tests.factories import make_offer, preview_file

BASE = "/comptoir/pilori/inventaires"


@pytest.fixture
def held(shop):
    """A snapshot that would empty most of the shop, held back."""
    long_ago = timezone.now() - timedelta(days=2)
    offers = [make_offer(shop=shop, as_of=long_ago) for _ in range(25)]
    lines = [StockLine(line=1, ean=offers[0].product.ean, quantity=4)]
    return take_report(
        Incoming(
            shop=shop,
            format="csv",
            mode="snapshot",
            as_of=timezone.now(),
            lines=lines,
            actor=SYSTEM,
        )
    )


def copies(shop) -> int:
    return sum(Offer.objects.filter(shop=shop).values_list("on_hand", flat=True))


def test_what_is_held_back_is_said_with_its_reason(desk, held):
    assert held.status == ReportStatus.QUARANTINED
    page = desk.get(BASE, headers={"Accept-Language": "fr"}).content.decode()
    assert "40" in page
    assert f"{BASE}/{held.pk}/appliquer" in page
    page = desk.get(f"{BASE}/{held.pk}", headers={"Accept-Language": "fr"}).content.decode()
    assert "<strong>24</strong> <span>disparaissent</span>" in page
    assert "<strong>1</strong> <span>augmente</span>" in page


def test_what_was_remarked_is_shown_before_and_after_it_is_applied(desk, shop):
    offers = [make_offer(shop=shop, as_of=timezone.now() - timedelta(days=2)) for _ in range(3)]
    lines = "".join(f"{each.product.ean};1;8,3978\n" for each in offers)
    report = preview_file(
        shop=shop,
        stream=BytesIO(f"ean;quantity;price\n{lines}".encode()),
        actor=SYSTEM,
        format="csv",
        as_of=timezone.now(),
    )
    for status in (ReportStatus.PREVIEWED, ReportStatus.APPLIED):
        report.refresh_from_db()
        assert (report.status, report.remark_count, report.refused_count) == (status, 3, 0)
        page = desk.get(f"{BASE}/{report.pk}?voir=remarks", headers={"Accept-Language": "fr"})
        text = page.content.decode()
        assert "<strong>3</strong> <span>remarques</span>" in text
        assert "ne sont pas refusées" in text
        assert text.count("arrondi à 8,40 €") == 3
        desk.post(f"{BASE}/{report.pk}/appliquer")


def test_one_click_applies_it(desk, held, shop, staff):
    desk.post(f"{BASE}/{held.pk}/appliquer")
    held.refresh_from_db()
    assert (held.status, held.decided_id) == (ReportStatus.APPLIED, staff.pk)
    assert copies(shop) == 4


def test_one_click_discards_it(desk, held, shop):
    desk.post(f"{BASE}/{held.pk}/ecarter")
    held.refresh_from_db()
    assert held.status == ReportStatus.DISCARDED
    assert copies(shop) == 25


def test_a_second_click_is_told(desk, held, shop):
    desk.post(f"{BASE}/{held.pk}/appliquer")
    page = desk.post(f"{BASE}/{held.pk}/ecarter", follow=True)
    assert "note--warning" in page.content.decode()
    assert copies(shop) == 4


BUTTON = re.compile(r'/(appliquer|ecarter)">.*?<button class="([^"]*)"[^>]*>([^<]*)</button>', re.S)


def buttons(page) -> list[tuple[str, bool, str]]:
    """Return each decision of a page in its order: what it does, whether it is the main button of
    its look, and its words."""
    found = BUTTON.findall(page.content.decode())
    return [(does, "button--quiet" not in look, words) for does, look, words in found]


@pytest.mark.parametrize("where", ["", "/{pk}"])
def test_to_empty_the_shop_is_not_the_main_button(desk, held, where):
    page = desk.get(f"{BASE}{where.format(pk=held.pk)}", headers={"Accept-Language": "fr"})
    assert buttons(page) == [
        ("ecarter", True, "C’est faux\u202f: écarter"),
        ("appliquer", False, "Appliquer quand même\u202f: 24 titres passent à zéro"),
    ]


def test_of_a_file_that_looks_right_applying_is_the_main_button(desk, shop):
    offer = make_offer(shop=shop, as_of=timezone.now() - timedelta(days=2))
    report = preview_file(
        shop=shop,
        stream=BytesIO(f"ean;quantity\n{offer.product.ean};4\n".encode()),
        actor=SYSTEM,
        format="csv",
        as_of=timezone.now(),
    )
    page = desk.get(f"{BASE}/{report.pk}", headers={"Accept-Language": "fr"})
    assert [(does, main) for does, main, _words in buttons(page)] == [
        ("appliquer", True),
        ("ecarter", False),
    ]


def test_a_file_tried_out_that_would_empty_the_shop_is_not_applied_by_the_main_button(desk, shop):
    old = timezone.now() - timedelta(days=2)
    offers = [make_offer(shop=shop, as_of=old) for _ in range(25)]
    report = preview_file(
        shop=shop,
        stream=BytesIO(f"ean;quantity\n{offers[0].product.ean};4\n".encode()),
        actor=SYSTEM,
        format="csv",
        as_of=timezone.now(),
    )
    page = desk.get(f"{BASE}/{report.pk}", headers={"Accept-Language": "fr"})
    assert [(does, main) for does, main, _words in buttons(page)] == [
        ("ecarter", True),
        ("appliquer", False),
    ]
    desk.post(f"{BASE}/{report.pk}/appliquer")
    assert copies(shop) == 4
