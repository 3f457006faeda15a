"""Counting at the counter: with and without a script, and the lists that come of it."""

import json

import pytest
from django.test import Client

from comptoir.counter import counts
from comptoir.counter.counts import tally_of
from comptoir.stock import tasks
from comptoir.stock.models import CountedTitle, CountStatus, Offer, StockCount
from comptoir.stock.shelf.demand import note_demand
from tests.factories import make_offer, make_product

BASE = "/comptoir/pilori/comptages"


@pytest.fixture
def session(desk, shop) -> StockCount:
    response = desk.post(BASE, {"name": "Poésie"})
    found = StockCount.objects.get()
    assert response["Location"] == f"{BASE}/{found.pk}"
    return found


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def send(desk, session, scans: object):
    sent = scans if isinstance(scans, str) else json.dumps(scans)
    return desk.post(f"{BASE}/{session.pk}/scans", {"scans": sent})


def test_a_shelf_is_counted_without_a_script(desk, session, offer) -> None:
    """Three copies are expected, two scanned; the form that was sent twice counts once."""
    path = f"{BASE}/{session.pk}"
    for key in ("a", "a", "b"):
        response = desk.post(f"{path}/scans", {"key": key, "code": offer.ean})
        assert response["Location"] == path
    assert CountedTitle.objects.get().copies == 2
    assert offer.product.title in text(desk, path)
    differences = text(desk, f"{path}/ecarts")
    assert "au lieu de 3" in differences
    assert 'name="rest"' not in differences
    desk.post(f"{path}/appliquer")
    assert Offer.objects.get(pk=offer.pk).on_hand == 2
    assert "À corriger dans la caisse" in text(desk, path)


def test_a_number_is_typed_and_one_taken_back(desk, session, offer) -> None:
    path = f"{BASE}/{session.pk}/scans"
    desk.post(path, {"key": "a", "code": offer.ean, "number": "12"})
    desk.post(path, {"key": "b", "code": offer.ean, "change": "-1"})
    assert CountedTitle.objects.get().copies == 11
    response = desk.post(path, {"key": "c", "code": offer.ean, "number": "-5"}, follow=True)
    assert "entre 0 et" in response.content.decode()
    assert CountedTitle.objects.get().copies == 11


def test_azerty_digits_are_read(desk, session, offer) -> None:
    typed = offer.ean.translate(str.maketrans("1234567890", "&é\"'(-è_çà"))
    desk.post(f"{BASE}/{session.pk}/scans", {"key": "a", "code": typed})
    assert CountedTitle.objects.get().ean == offer.ean


def test_what_a_screen_queued_is_taken_whole(desk, session, offer) -> None:
    scans = [{"key": f"k{n}", "code": offer.ean, "change": 1, "age_ms": 90_000} for n in range(3)]
    answer = send(desk, session, [*scans, {"key": "x", "code": "<b>no</b>", "change": 1}])
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "&lt;b&gt;" in shown
    assert "<b>no" not in shown
    send(desk, session, scans)
    assert CountedTitle.objects.get().copies == 3


@pytest.mark.parametrize(
    "scans",
    [
        "",
        "{",
        "[1]",
        '[{"code": "x"}]',
        '[{"key": "a", "code": "x", "number": "2"}]',
        '[{"key": "a", "code": "x", "age_ms": NaN}]',
        '[{"key": "a", "code": "x", "age_ms": "1"}]',
        "[" * 9000,
        json.dumps([{"key": str(n), "code": "x"} for n in range(201)]),
    ],
)
def test_what_is_no_list_of_scans_is_refused(desk, session, scans) -> None:
    assert send(desk, session, scans).status_code == 400
    assert not CountedTitle.objects.exists()


def test_the_whole_shop_says_how_much_goes_and_takes_it_off_only_when_told(desk, offer) -> None:
    desk.post(BASE, {"whole": "yes"})
    session = StockCount.objects.get()
    # The shelf was filled before.
    offer.movements.update(told_at="2026-01-01T00:00:00Z")
    path = f"{BASE}/{session.pk}"
    shown = text(desk, f"{path}/ecarts")
    assert "3 exemplaires n’ont pas été scannés" in shown
    assert 'value="leave" checked' in shown
    desk.post(f"{path}/appliquer", {"rest": "zero"})
    assert Offer.objects.get(pk=offer.pk).on_hand == 0


def test_a_large_count_is_left_to_a_job(desk, session, shop, monkeypatch) -> None:
    offers = [make_offer(shop=shop, on_hand=1) for _each in range(4)]
    send(desk, session, [{"key": o.ean, "code": o.ean, "number": 2} for o in offers])
    step = counts.apply_some
    monkeypatch.setattr(counts, "apply_some", lambda key: step(key, step=1))
    desk.post(f"{BASE}/{session.pk}/appliquer")
    session.refresh_from_db()
    assert session.status == CountStatus.APPLYING
    assert "1 titre sur 4" in text(desk, f"{BASE}/{session.pk}")
    tasks.apply_count(session_id=session.pk)
    session.refresh_from_db()
    assert session.status == CountStatus.APPLIED
    assert set(Offer.objects.values_list("on_hand", flat=True)) == {2}


def test_a_count_is_given_up(desk, session, offer) -> None:
    desk.post(f"{BASE}/{session.pk}/scans", {"key": "a", "code": offer.ean})
    desk.post(f"{BASE}/{session.pk}/abandonner")
    assert Offer.objects.get(pk=offer.pk).on_hand == 3
    assert "abandonné" in text(desk, f"{BASE}/{session.pk}")


def test_a_screen_that_comes_too_late_learns_which_of_its_scans_count(desk, session, offer) -> None:
    scans = [{"key": key, "code": offer.ean} for key in ("taken", "late")]
    send(desk, session, scans[:1])
    desk.post(f"{BASE}/{session.pk}/appliquer")
    answer = send(desk, session, scans)
    assert (answer.status_code, answer.json()["taken"]) == (409, ["taken"])
    shown = text(desk, f"{BASE}/{session.pk}")
    assert "count_left.js" in shown
    assert 'role="alert"' in shown


def test_a_tally_reads_no_more_for_more_titles(desk, session, shop, django_assert_num_queries):
    titles = [f"{number:013}" for number in range(300)]
    CountedTitle.objects.bulk_create(
        CountedTitle(
            session=session,
            ean=ean,
            copies=2,
            expected=0,
            first_at=session.started_at,
            last_at=session.started_at,
        )
        for ean in titles
    )
    with django_assert_num_queries(3) as asked:
        tally = tally_of(session)
    assert (tally.titles, tally.copies) == (300, 600)
    assert all(
        "SUM(" in each["sql"] or "LIMIT" in each["sql"] or "catalogue" in each["sql"]
        for each in asked.captured_queries
    )


def test_the_till_is_corrected_line_by_line(desk, session, shop) -> None:
    product = make_product(title="=HYPERLINK(1)")
    offer = make_offer(shop=shop, product=product, on_hand=3)
    desk.post(f"{BASE}/{session.pk}/scans", {"key": "a", "code": offer.ean})
    desk.post(f"{BASE}/{session.pk}/appliquer")
    response = desk.get(f"{BASE}/caisse.csv")
    assert response["Content-Type"].startswith("text/csv")
    assert "attachment" in response["Content-Disposition"]
    head, line = (row.split(";") for row in response.content.decode("utf-8-sig").splitlines())
    assert (head[0], head[4]) == ("EAN ou numéro", "Correction de la caisse")
    assert line[:2] == [offer.ean, "'=HYPERLINK(1)"]
    assert line[3] == "neuf"
    assert line[4] == "-2"
    movement = offer.movements.latest("pk")
    for values in ({}, {"offer": "x", "newest": "9"}, {"offer": "9" * 30, "newest": "1"}):
        desk.post(f"{BASE}/caisse", values)
    assert "-2" in text(desk, f"{BASE}/caisse")
    desk.post(f"{BASE}/caisse", {"offer": str(offer.pk), "newest": str(movement.pk)})
    assert "sont d’accord" in text(desk, f"{BASE}/caisse")


def test_what_is_asked_for_is_shown_without_anybody(desk, shop) -> None:
    product = make_product()
    for _each in range(3):
        note_demand(product.pk)
    shown = text(desk, f"{BASE}/demandes")
    assert product.title in shown
    assert "3 fois" in shown
