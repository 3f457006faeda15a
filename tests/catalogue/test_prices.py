"""Prices that change on a day: which one holds, and that each takes over by itself."""

from datetime import date
from itertools import permutations

import pytest

from comptoir.catalogue.models import Availability, ComingPrice, Product
from comptoir.catalogue.operations import prices, take_due_prices, take_notices
from comptoir.catalogue.sources.notice import PriceStep
from comptoir.core.models import OutboxEntry
from tests.catalogue.files import EAN, OTHER_EAN, onix, price, product, short, tags
from tests.catalogue.test_onix import one, read

TODAY = date(2026, 11, 28)
UNTIL, FROM, BOTH = "15", "14", "24"


def dated(amount: str, *dates: tuple[str, str], **more: str) -> str:
    elements = "".join(
        f"<PriceDate>{tags(PriceDateRole=role, Date=text)}</PriceDate>" for role, text in dates
    )
    return price(amount, extra=more.pop("extra", "") + elements, **more)


def amounts(*elements: str) -> list[tuple[str, int | None]]:
    """Return each day on which the price changes, and the price in cents."""
    notice = one(onix(product(EAN, supply="".join(elements))))
    steps = notice.prices or (PriceStep(None, notice.list_price_cents, notice.vat_rate),)
    return [(str(step.since or ""), step.list_price_cents) for step in steps]


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        # A promotion beside the price of all other days.
        (
            [price("8.99"), dated("4.99", (FROM, "20261101"), (UNTIL, "20261231"))],
            [("", 899), ("2026-11-01", 499), ("2027-01-01", 899)],
        ),
        # A rise.
        ([price("8.99"), dated("9.90", (FROM, "20260708"))], [("", 899), ("2026-07-08", 990)]),
        # The two announced together.
        (
            [dated("9.90", (UNTIL, "20261231")), dated("8.90", (FROM, "20270101"))],
            [("", 990), ("2027-01-01", 890)],
        ),
        # Both dates in one, a month, a year.
        (
            [price("8.99"), dated("5.00", (BOTH, "2026070120260731"))],
            [("", 899), ("2026-07-01", 500), ("2026-08-01", 899)],
        ),
        (
            [price("8.99"), dated("5.00", (FROM, "202602"), (UNTIL, "202602"))],
            [("", 899), ("2026-02-01", 500), ("2026-03-01", 899)],
        ),
        (
            [price("8.99"), dated("5.00", (FROM, "2026"), (UNTIL, "2026"))],
            [("", 899), ("2026-01-01", 500), ("2027-01-01", 899)],
        ),
        # Of two that hold, the one that began last.
        (
            [dated("9.90", (FROM, "20260101")), dated("10.50", (FROM, "20260601"))],
            [("", 990), ("2026-06-01", 1050)],
        ),
        # A promotional offer counts on its days.
        (
            [
                price("8.99"),
                dated(
                    "4.99",
                    (FROM, "20260708"),
                    (UNTIL, "20260708"),
                    extra=tags(PriceQualifier="08"),
                ),
            ],
            [("", 899), ("2026-07-08", 499), ("2026-07-09", 899)],
        ),
        # Nothing is known of the time after the last.
        ([dated("9.90", (UNTIL, "20261231"))], [("", 990), ("2027-01-01", None)]),
        # The ends of the calendar are no dates.
        ([dated("9.90", (FROM, "00010101"), (UNTIL, "99991231"))], [("", 990)]),
        (
            [dated("9.90", (BOTH, "2026010199991231")), price("8.00")],
            [("", 800), ("2026-01-01", 990)],
        ),
        # What is no date states none.
        ([dated("9.90", (FROM, "20261340"))], [("", 990)]),
        # The price fixed by law goes before a recommended one, whatever the dates.
        ([price("8.99"), dated("4.99", (FROM, "20260101"), kind="02")], [("", 899)]),
    ],
)
def test_the_price_of_a_day_does_not_hang_on_the_order_of_the_prices(elements, expected):
    for order in permutations(elements):
        assert amounts(*order) == expected


def test_short_tags_date_prices_too():
    message = short(onix(product(EAN, supply=price("8.99") + dated("9.90", (FROM, "20270101")))))
    assert [step.list_price_cents for step in one(message).prices] == [899, 990]


def test_of_several_suppliers_the_one_who_has_the_title_counts():
    gone = f"{tags(ProductAvailability='40')}{price('7.20')}</SupplyDetail>"
    had = f"{tags(ProductAvailability='20')}{price('7.50')}</SupplyDetail>"
    for first, second in ((gone, had), (had, gone)):
        record = product(EAN, supply="").replace(
            "<SupplyDetail><ProductAvailability>21</ProductAvailability></SupplyDetail>",
            f"<SupplyDetail>{first}<SupplyDetail>{second}",
        )
        notice = one(onix(record))
        assert notice.availability == Availability.AVAILABLE
        assert notice.list_price_cents == 750


def notices(*elements: str):
    return [*read(onix(*elements))]


def rising(ean: str = EAN) -> str:
    return product(
        ean,
        supply=price("8.99")
        + dated("4.99", (FROM, "20261101"), (UNTIL, "20261231"))
        + dated("9.90", (FROM, "20270301"), vat="10"),
    )


@pytest.mark.django_db
def test_a_price_takes_over_on_its_day_and_a_promotion_ends_on_its_own():
    take_notices(notices=notices(rising()), today=TODAY)
    item = Product.objects.get(ean=EAN)
    assert item.list_price_cents == 499
    OutboxEntry.objects.all().delete()

    assert take_due_prices(today=date(2026, 12, 31)) == 0
    assert take_due_prices(today=date(2027, 1, 1)) == 1
    item.refresh_from_db()
    assert (item.list_price_cents, item.vat_rate) == (899, 550)
    assert list(OutboxEntry.objects.values_list("topic", "key")) == [("product", item.pk)]
    assert take_due_prices(today=date(2027, 1, 1)) == 0

    assert take_due_prices(today=date(2027, 3, 1)) == 1
    item.refresh_from_db()
    assert (item.list_price_cents, item.vat_rate) == (990, 1000)
    assert not ComingPrice.objects.exists()


@pytest.mark.django_db
def test_of_several_days_missed_the_last_counts(monkeypatch):
    monkeypatch.setattr(prices, "_BATCH", 1)
    take_notices(notices=notices(rising(), rising(OTHER_EAN)), today=TODAY)
    assert take_due_prices(today=date(2027, 6, 1)) == 2
    assert set(Product.objects.values_list("list_price_cents", flat=True)) == {990}


@pytest.mark.django_db
def test_the_same_file_on_another_day_changes_nothing_and_keeps_the_price_of_the_day():
    assert take_notices(notices=notices(rising()), today=TODAY).new == 1
    take_due_prices(today=date(2027, 1, 1))
    assert take_notices(notices=notices(rising()), today=date(2027, 1, 2)).unchanged == 1
    assert Product.objects.get(ean=EAN).list_price_cents == 899


@pytest.mark.django_db
def test_a_newer_notice_forgets_what_the_older_announced():
    take_notices(notices=notices(rising()), today=TODAY)
    later = onix(product(EAN, supply=price("9.20")), sent="20261201T0600Z")
    take_notices(notices=[*read(later)], today=TODAY)
    assert not ComingPrice.objects.exists()
    assert take_due_prices(today=date(2028, 1, 1)) == 0
    assert Product.objects.get(ean=EAN).list_price_cents == 920


@pytest.mark.django_db
def test_a_notice_whose_price_cannot_be_read_leaves_what_was_announced():
    take_notices(notices=notices(rising()), today=TODAY)
    (later,) = notices(product(EAN, supply=""))
    later.at, later.is_price_unread = later.at.replace(year=2027), True
    take_notices(notices=[later], today=TODAY)
    assert ComingPrice.objects.count() == 2
    assert Product.objects.get(ean=EAN).list_price_cents == 499
