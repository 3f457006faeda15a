"""Statements that come often: one exchange as any several, and planned once a connection."""

import pytest
from django.db import IntegrityError, connection, transaction

from comptoir.accounts.actors import SYSTEM
from comptoir.core.db import execute_all, fetch
from comptoir.stock.formats.lines import ReportMode, StockLine
from comptoir.stock.reports import reconcile
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from tests.factories import make_product, make_shop

TRIES = 8

pytestmark = pytest.mark.django_db


def planned() -> set[str]:
    return {text for (text,) in fetch("SELECT statement FROM pg_prepared_statements")}


@pytest.mark.parametrize("often", [False, True])
def test_each_statement_sees_what_those_before_it_did(often: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE seen (number int) ON COMMIT DROP")
    add = "INSERT INTO seen VALUES (%(number)s)"
    total = "SELECT sum(number) FROM seen WHERE number >= %(least)s"
    for number in range(1, TRIES):
        found = execute_all([add, add, total], {"number": number, "least": 0}, often=often)
        assert found == [(number * (number + 1),)]
    assert execute_all([total, add], {"number": 1, "least": 0}, often=often) == []
    assert any("INTO seen" in text for text in planned()) == often


@pytest.mark.parametrize("often", [False, True])
def test_an_error_ends_the_exchange_and_undoes_it(often: bool) -> None:
    shop = make_shop()
    rename = "UPDATE shops_shop SET name = 'Other' WHERE id = %(shop)s"
    double = "INSERT INTO shops_shop SELECT * FROM shops_shop WHERE id = %(shop)s"
    with pytest.raises(IntegrityError), transaction.atomic():
        execute_all([rename, double, rename], {"shop": shop.pk}, often=often)
    shop.refresh_from_db()
    assert shop.name != "Other"
    # The connection serves on.
    assert execute_all(["SELECT 1"], often=often) == [(1,)]


def test_a_small_report_is_planned_once_and_a_large_one_each_time(monkeypatch) -> None:
    shop, product = make_shop(), make_product()

    def tell(mode: ReportMode, quantity: int) -> None:
        lines = [StockLine(1, product.ean or "", quantity)]
        incoming = Incoming(
            shop=shop, format="csv", mode=mode, as_of=None, lines=lines, actor=SYSTEM
        )
        assert take_report(incoming).status == "applied"

    with monkeypatch.context() as large:
        large.setattr(reconcile, "ANALYSE_FROM", 0)
        for quantity in range(1, TRIES):
            tell(ReportMode.SNAPSHOT, quantity)
            tell(ReportMode.DELTA, quantity)
    assert not any("INTO report_result" in text for text in planned())
    for quantity in range(1, TRIES):
        tell(ReportMode.SNAPSHOT, quantity)
    assert any("INTO report_result" in text for text in planned())
