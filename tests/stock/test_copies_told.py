"""One-off copies in tellings: by the same rules, matched to a title, and nobody else's copies."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product, ProductKind, ProductState
from comptoir.shops.models import RingsUp
from comptoir.stock.formats.lines import CopyLine, RefusedLine, StockLine, check_copy
from comptoir.stock.models import Condition, Offer, Reason, ReportStatus, UsedCopy
from comptoir.stock.reports import reconcile
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import apply_report, take_report
from comptoir.stock.shelf import checks, holds, ledger
from comptoir.stock.shelf.truth import Figure, Moved, horizon, on_hand, take_figure
from tests import factories
from tests.trials import tally, times

pytestmark = pytest.mark.django_db

START = datetime(2025, 3, 29, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)
COPIES = 3
GONE = [Reason.SOLD, Reason.COLLECTED, Reason.NOT_FOUND, Reason.WITHDRAWN]


def copy(number: int = 1, quantity: int = 1, **values) -> CopyLine:
    """Return a line about a copy of the release 500."""
    told = {"price_cents": 800, "condition": "VG+", "sleeve": "VG", "note": "Gatefold"}
    told |= {"release": "500", "artist": "Malicorne", "title": "Almanach"} | values
    return CopyLine(line=number, ref=f"{number}", quantity=quantity, **told)


def tell(shop, *lines, at=START, mode="snapshot", covers="copies", **fields):
    return take_report(
        Incoming(
            shop=shop,
            format=fields.pop("format", "discogs"),
            mode=mode,
            as_of=at,
            lines=lines,
            actor=SYSTEM,
            covers=covers,
            **fields,
        )
    )


def stood(shop) -> dict[str, int]:
    """Return how many there are of each copy, those of which there is none left out."""
    found = Offer.objects.filter(shop=shop, on_hand__gt=0).exclude(copy_ref="")
    return {offer.copy_ref: offer.on_hand for offer in found}


def play(shop, habit, steps) -> None:
    """Play a history both by the pure rules and by the database, and compare after every step."""
    pure: dict[int, tuple[Figure, list[Moved], int]] = {}
    newest: datetime | None = None
    for number, step in enumerate(steps):
        moment = START + number * HOUR
        if step[0] == "move":
            _, ref, reason = step
            if ref in pure and pure[ref][2]:
                told, moves, copies = pure[ref]
                pure[ref] = (told, [*moves, Moved(reason, -1, moment)], copies - 1)
                offer = Offer.objects.select_related("shop").get(
                    shop=shop, copy_ref=f"discogs:{ref}"
                )
                ledger.move(offer, -1, reason, SYSTEM, moment)
        else:
            mode, age, figures = step
            moment -= age * HOUR
            snapshot = mode == "snapshot"
            lines = [copy(ref, quantity) for ref, quantity in figures.items()]
            report = tell(shop, *lines, at=moment, mode=mode)
            if report.status == ReportStatus.QUARANTINED:
                assert not figures
                continue
            if snapshot and newest is not None and moment < newest:
                continue
            now = horizon(moment, habit, "Europe/Paris", one_off=True)
            for ref in set(figures) | (set(pure) if snapshot else set()):
                counted = figures.get(ref, 0)
                if ref not in pure:
                    if counted and (newest is None or moment >= newest):
                        pure[ref] = (Figure(counted, moment), [], counted)
                    continue
                told, moves, copies = pure[ref]
                known_at = max(told.as_of, newest or told.as_of)
                if moment >= known_at:
                    before = horizon(known_at, habit, "Europe/Paris", one_off=True)
                    told = take_figure(
                        Figure(told.counted, known_at, told.unseen), moves, counted, now, before
                    )
                    pure[ref] = (told, moves, on_hand(told, moves, now))
            if snapshot:
                newest = max(moment, newest or moment)
        expected = {f"discogs:{ref}": held[2] for ref, held in pure.items() if held[2]}
        assert stood(shop) == expected
    assert list(checks.problems()) == []


_FIGURES = st.dictionaries(st.integers(1, COPIES), st.integers(0, 1))
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(1, COPIES), st.sampled_from(GONE)),
        st.tuples(st.sampled_from(["snapshot", "delta"]), st.integers(0, 4), _FIGURES),
    ),
    max_size=14,
)


@pytest.mark.proof
def test_the_same_answer_as_the_pure_rules():
    @settings(max_examples=times(30), suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(list(RingsUp)), _STEPS)
    def compare(habit, steps):
        tally("histories")
        with transaction.atomic():
            play(factories.make_shop(rings_up=habit), habit, steps)
            transaction.set_rollback(True)

    compare()


ALL = dict.fromkeys(range(1, COPIES + 1), 1)
LATE = ("delta", 2, {1: 1, 2: 0})


@pytest.mark.parametrize(
    ("statement", "right", "wrong", "steps"),
    [
        pytest.param(
            "_RESULT",
            "counted - unseen + on_top",
            "counted + on_top",
            [("snapshot", 0, ALL), ("move", 1, Reason.SOLD), ("snapshot", 0, ALL)],
            id="a copy sold here comes back with the next list",
        ),
        pytest.param(
            "_CANDIDATES",
            "FULL JOIN",
            "RIGHT JOIN",
            [("snapshot", 0, ALL), ("snapshot", 0, {2: 1})],
            id="a listing that is absent stays",
        ),
        pytest.param(
            "_RESULT",
            "WHERE k.known_at <= %(as_of)s",
            "",
            [("snapshot", 0, ALL), ("move", 9, Reason.SOLD), ("delta", 0, {1: 0}), LATE],
            id="an older telling overwrites",
        ),
    ],
)
def test_a_wrong_rule_is_noticed(monkeypatch, statement, right, wrong, steps):
    play(factories.make_shop(), RingsUp.AT_COLLECTION, steps)
    sql = getattr(reconcile, statement)
    assert right in sql
    monkeypatch.setattr(reconcile, statement, sql.replace(right, wrong))
    with pytest.raises(AssertionError):
        play(factories.make_shop(), RingsUp.AT_COLLECTION, steps)


def test_a_line_becomes_a_copy_with_all_that_is_told_of_it():
    shop = factories.make_shop()
    report = tell(shop, copy(7, note="tab\tbackslash\\ None", artist="None", price_cents=None))
    assert (report.status, report.appeared_count, report.unknown_count) == (
        ReportStatus.APPLIED,
        1,
        1,
    )
    offer = Offer.objects.select_related("product", "copy").get(shop=shop)
    assert (offer.copy_ref, offer.condition, offer.on_hand) == ("discogs:7", "VG+", 1)
    assert (offer.copy.sleeve, offer.copy.note) == ("VG", "tab\tbackslash\\ None")
    assert offer.price_cents is None
    product = offer.product
    assert (product.source, product.source_ref, product.kind) == ("discogs", "500", "record")
    assert (product.title, product.byline, product.state) == ("Almanach", "None", "listed")


def test_a_copy_told_anew_is_regraded_and_keeps_its_row():
    shop = factories.make_shop()
    tell(shop, copy(7))
    before = Offer.objects.get(shop=shop)
    tell(shop, copy(7, condition="G", sleeve="NC", note="", release="501"), at=START + HOUR)
    after = Offer.objects.select_related("product", "copy").get(shop=shop)
    assert (after.pk, after.condition, after.as_of) == (before.pk, "G", START + HOUR)
    assert (after.product.source_ref, after.copy.sleeve, after.copy.note) == ("501", "NC", "")


def test_the_same_copies_told_again_are_as_fresh_as_the_list():
    shop = factories.make_shop()
    tell(shop, copy(7))
    report = tell(shop, copy(7), at=START + HOUR)
    assert report.changed_count == 0
    assert Offer.objects.get(shop=shop).as_of == START + HOUR


def record(**fields) -> Product:
    values = {"kind": ProductKind.RECORD, "title": "Almanach", "catalogue_number": "HM 022"}
    return factories.make_product(**values | fields)


def test_titles_are_found_by_release_then_number_then_ean():
    shop = factories.make_shop()
    release = record(source="discogs", source_ref="500", catalogue_number="X-1")
    number = record(title="Le Bestiaire (réédition)", catalogue_number="Hexagone 883 043")
    ean = record(title="Gabriel", catalogue_number="")
    tell(
        shop,
        copy(1, catno="hexagone883-043", ean=ean.ean),
        copy(2, release="9", catno="hexagone883-043", ean=ean.ean, title="le bestiaire"),
        copy(3, release="", ean=ean.ean),
    )
    found = dict(Offer.objects.filter(shop=shop).values_list("copy_ref", "product"))
    assert found == {"discogs:1": release.pk, "discogs:2": number.pk, "discogs:3": ean.pk}


@pytest.mark.parametrize("number", ["none", "LP", "", "HM 022"])
def test_a_number_that_says_too_little_names_no_title(number):
    shop = factories.make_shop()
    others = [record(catalogue_number=number), record(catalogue_number=number)]
    record(source="discogs", source_ref="77", catalogue_number="HM 022")
    record(title="Autre chose", catalogue_number="HM 023")
    tell(shop, copy(1, release="9", catno=number), copy(2, release="10", catno="HM-023"))
    found = Offer.objects.filter(shop=shop, product__in=others)
    assert not found.exists()
    stub = Product.objects.get(source="discogs", source_ref="9")
    assert stub.state == ProductState.LISTED
    assert Product.objects.filter(source="discogs", source_ref="10").exists()


def test_each_telling_speaks_of_its_own_copies_only():
    shop = factories.make_shop()
    record_ = record(source="discogs", source_ref="500")
    offers = {
        ref: factories.make_offer(
            shop=shop, product=record_, as_of=START, condition=Condition.GOOD, copy_ref=ref
        )
        for ref in ("C7", "cdandlp:1")
    }
    pooled = factories.make_offer(
        shop=shop, product=record_, as_of=START, condition=Condition.GOOD, on_hand=2
    )
    tell(shop, copy(1), at=START + HOUR)
    tell(shop, StockLine(1, record_.ean, 1), at=START + 2 * HOUR, covers="all", format="csv")
    assert stood(shop) == {"C7": 1, "cdandlp:1": 1, "discogs:1": 1}
    pooled.refresh_from_db()
    assert pooled.on_hand == 0
    report = tell(shop, at=START + 3 * HOUR)
    assert report.status == ReportStatus.QUARANTINED
    apply_report(report=report, actor=SYSTEM)
    assert stood(shop) == {"C7": 1, "cdandlp:1": 1}
    for offer in offers.values():
        offer.refresh_from_db()
        assert offer.as_of == START


def test_a_list_that_empties_too_much_is_held_back_and_applied_as_it_was_told():
    shop = factories.make_shop()
    tell(shop, *[copy(number) for number in range(30)])
    report = tell(shop, copy(1, condition="F", note="New"), copy(99), at=START + HOUR)
    assert report.status == ReportStatus.QUARANTINED
    assert len(stood(shop)) == 30
    apply_report(report=report, actor=SYSTEM)
    assert set(stood(shop)) == {"discogs:1", "discogs:99"}
    assert UsedCopy.objects.get(offer__copy_ref="discogs:1").note == "New"


def test_a_promised_copy_that_is_no_longer_listed_is_short():
    shop = factories.make_shop(safety_stock=3)
    tell(shop, copy(1), copy(2))
    offer = Offer.objects.get(copy_ref="discogs:1")
    holds.lock_offers([offer.pk])
    holds.hold({offer.pk: 1})
    tell(shop, copy(2), at=START + HOUR)
    offer.refresh_from_db()
    assert (offer.on_hand, offer.held, offer.short) == (0, 1, 1)
    assert list(checks.problems()) == []


def test_one_of_a_copy_told_twice():
    shop = factories.make_shop()
    tell(shop, copy(1), copy(1, note="twice")._replace(line=2))
    assert stood(shop) == {"discogs:1": 1}
    assert UsedCopy.objects.get().note == "twice"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"ref": ""}, "bad_ref"),
        ({"ref": "x" * 41}, "bad_ref"),
        ({"quantity": -100_001}, "bad_quantity"),
        ({"price_cents": -1}, "bad_price"),
        ({"condition": "new"}, "bad_condition"),
        ({"sleeve": "??"}, "bad_sleeve"),
        ({"release": "", "ean": ""}, "unknown_item"),
    ],
)
def test_what_no_copy_can_be_is_refused(values, code):
    line = check_copy(copy(1)._replace(**values))
    assert isinstance(line, RefusedLine)
    assert line.code == code


def test_texts_are_cut_to_what_is_kept():
    line = check_copy(copy(1, note="x" * 900, title="y" * 900))
    assert isinstance(line, CopyLine)
    assert (len(line.note), len(line.title)) == (500, 500)


def test_sold_by_ean_says_which_copy_when_there_are_several():
    shop, product = factories.make_shop(), record()
    for ref in ("C1", "C2"):
        factories.make_offer(shop=shop, product=product, condition=Condition.GOOD, copy_ref=ref)
    for condition in (None, "G"):
        with pytest.raises(ledger.Conflict) as refused:
            ledger.sell(shop=shop, ean=product.ean, actor=SYSTEM, condition=condition)
        assert refused.value.code == "which_condition"
    entry = ledger.receive(shop=shop, ean=product.ean, actor=SYSTEM, condition="G")
    assert (entry.offer.copy_ref, entry.offer.on_hand) == ("", 1)
    assert stood(shop) == {"C1": 1, "C2": 1}
