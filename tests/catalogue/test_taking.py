"""What notices do to the catalogue."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from comptoir.catalogue.models import Contributor, ContributorRole, Product, ProductState
from comptoir.catalogue.operations import notices as taking_module
from comptoir.catalogue.operations import stub_products, take_notices
from comptoir.catalogue.operations.imports import take_in_spite_of_rivals
from comptoir.catalogue.reads import find_product
from comptoir.catalogue.sources.notice import Credit, Notice
from comptoir.core.errors import NotFound
from comptoir.core.models import OutboxEntry
from tests.catalogue.files import EAN, OTHER_EAN
from tests.factories import make_offer, make_product
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 1, 5, tzinfo=UTC)


def notice(ean: str | None = EAN, *, day: int = 0, **fields) -> Notice:
    values = {
        "title": "La crue",
        "credits": (Credit(ContributorRole.AUTHOR, "Jeanne Moulin"),),
    } | fields
    return Notice(place=1, at=DAY + timedelta(days=day), ean=ean, **values)


def release(number: int, ean: str | None = None, **fields) -> Notice:
    return notice(ean, source="discogs", source_ref=str(number), **fields)


def take(*notices: Notice) -> dict[str, int]:
    taken = take_notices(notices=notices)
    return {
        name: count
        for name in ("new", "changed", "unchanged", "withdrawn", "outdated")
        if (count := getattr(taken, name))
    }


def published() -> list[int]:
    found = list(OutboxEntry.objects.order_by("id").values_list("key", flat=True))
    OutboxEntry.objects.all().delete()
    return found


def test_a_new_product_is_listed_with_its_contributors_and_published():
    people = (
        Credit(ContributorRole.AUTHOR, "Jeanne Moulin"),
        Credit(ContributorRole.TRANSLATOR, "Paul Vert"),
    )
    assert take(notice(credits=people, list_price_cents=1290)) == {"new": 1}
    product = Product.objects.get(ean=EAN)
    assert (product.state, product.title, product.list_price_cents) == ("listed", "La crue", 1290)
    assert list(product.contributors.values_list("position", "role", "name")) == [
        (1, "author", "Jeanne Moulin"),
        (2, "translator", "Paul Vert"),
    ]
    assert published() == [product.pk]


def test_the_same_again_changes_nothing():
    take(notice())
    before = Product.objects.values().get(ean=EAN)
    people = list(Contributor.objects.values())
    published()
    assert take(notice()) == {"unchanged": 1}
    assert Product.objects.values().get(ean=EAN) == before
    assert list(Contributor.objects.values()) == people
    assert published() == []


def test_a_newer_notice_that_says_the_same_only_moves_the_date():
    take(notice())
    updated_at = Product.objects.get(ean=EAN).updated_at
    published()
    assert take(notice(day=3)) == {"unchanged": 1}
    product = Product.objects.get(ean=EAN)
    assert (product.updated_at, published()) == (updated_at, [])
    assert take(notice(day=2, title="Another")) == {"outdated": 1}


def test_a_newer_notice_overwrites_and_an_older_one_never_does():
    take(notice(day=1))
    assert take(notice(day=0, title="Older")) == {"outdated": 1}
    assert take(notice(day=2, title="Newer", credits=())) == {"changed": 1}
    product = Product.objects.get(ean=EAN)
    assert (product.title, product.contributors.count()) == ("Newer", 0)
    assert product.updated_at > product.created_at


def test_contributors_of_unchanged_products_are_not_rewritten():
    take(notice(), notice(OTHER_EAN))
    keys = set(Contributor.objects.filter(product__ean=EAN).values_list("id", flat=True))
    take(notice(), notice(OTHER_EAN, day=1, title="Newer"))
    assert keys == set(Contributor.objects.filter(product__ean=EAN).values_list("id", flat=True))


@pytest.mark.parametrize("days", [(0, 1), (1, 0)])
def test_of_two_in_a_batch_the_newest_wins(days):
    titles = {0: "Older", 1: "Newer"}
    take(*(notice(day=day, title=titles[day]) for day in days))
    assert Product.objects.get(ean=EAN).title == "Newer"


def test_of_two_of_one_moment_the_later_in_the_message_wins_again_and_again():
    first = notice(title="First", order=7 << 32 | 1)
    second = notice(title="Second", order=7 << 32 | 5_000)
    assert take(first) == {"new": 1}
    assert take(second) == {"changed": 1}
    published()
    assert take(first) == {"outdated": 1}
    assert take(second) == {"unchanged": 1}
    assert (Product.objects.get(ean=EAN).title, published()) == ("Second", [])
    assert take(notice(title="Another message", order=8 << 32 | 1)) == {"changed": 1}


def test_a_withdrawal_keeps_everything_but_the_sight_of_it():
    take(notice(list_price_cents=900))
    product = Product.objects.get(ean=EAN)
    offer = make_offer(product=product)
    published()
    assert take(notice(day=1, withdrawn=True)) == {"withdrawn": 1}
    product.refresh_from_db()
    assert (product.state, product.title, product.list_price_cents) == ("withdrawn", "La crue", 900)
    assert product.contributors.count() == 1
    offer.refresh_from_db()
    assert offer.on_hand == 1
    assert published() == [product.pk]
    assert take(notice(day=1, withdrawn=True)) == {"unchanged": 1}
    assert take(notice(day=0)) == {"outdated": 1}
    assert take(notice(day=2, list_price_cents=900)) == {"changed": 1}
    product.refresh_from_db()
    assert product.state == ProductState.LISTED


def test_a_withdrawal_that_comes_before_its_older_notice_still_wins():
    assert take(notice(day=2, withdrawn=True, title="")) == {"unchanged": 1}
    assert take(notice(day=1)) == {"outdated": 1}
    assert Product.objects.get(ean=EAN).state == ProductState.UNKNOWN


def test_withdrawn_and_listed_in_one_batch():
    assert take(notice(), notice(day=1, withdrawn=True)) == {"new": 1, "withdrawn": 1}
    product = Product.objects.get(ean=EAN)
    assert (product.state, product.title) == ("withdrawn", "La crue")
    assert take(
        notice(day=2, title="Back"), notice(day=3, withdrawn=True), notice(day=4, title="Again")
    ) == {"changed": 2, "withdrawn": 1}
    product.refresh_from_db()
    assert (product.state, product.title) == ("listed", "Again")


def test_a_stub_is_listed_under_the_same_key():
    stubs = stub_products([EAN, OTHER_EAN, EAN])
    assert set(stubs) == {EAN, OTHER_EAN}
    assert Product.objects.get(pk=stubs[EAN]).state == ProductState.UNKNOWN
    assert stub_products([EAN]) == {EAN: stubs[EAN]}
    assert take(notice()) == {"new": 1}
    product = Product.objects.get(ean=EAN)
    assert (product.pk, product.state) == (stubs[EAN], ProductState.LISTED)
    assert published() == [product.pk]


def test_stubs_leave_known_products_alone():
    product = make_product(ean=EAN)
    assert stub_products([EAN]) == {EAN: product.pk}
    assert Product.objects.get().state == ProductState.LISTED
    assert stub_products([]) == {}


def test_a_release_without_barcode_is_known_by_its_number():
    assert take(release(12)) == {"new": 1}
    assert take(release(12)) == {"unchanged": 1}
    product = Product.objects.get()
    assert (product.ean, product.source, product.source_ref) == (None, "discogs", "12")
    assert product.ref == f"p{product.pk}"


def test_a_release_that_gets_an_ean_stays_one_product():
    take(release(12))
    assert take(release(12, EAN, day=1)) == {"changed": 1}
    product = Product.objects.get()
    assert (product.ean, product.source_ref) == (EAN, "12")
    assert take(release(12, EAN, day=1)) == {"unchanged": 1}


def test_a_release_joins_the_product_that_has_its_ean():
    stub = stub_products([EAN])[EAN]
    assert take(release(12, EAN)) == {"new": 1}
    product = Product.objects.get()
    assert (product.pk, product.source, product.source_ref) == (stub, "discogs", "12")


def test_a_release_that_gets_the_ean_of_a_stub_becomes_that_product():
    take(release(12))
    former = Product.objects.get()
    stub = stub_products([EAN])[EAN]
    published()
    assert take(release(12, EAN, day=1)) == {"new": 1}
    product = Product.objects.get(source="discogs", source_ref="12")
    assert (product.pk, product.ean, product.state) == (stub, EAN, ProductState.LISTED)
    former.refresh_from_db()
    assert (former.state, former.ean) == (ProductState.WITHDRAWN, None)
    assert published() == sorted([former.pk, stub])
    assert take(release(12, EAN, day=1)) == {"unchanged": 1}


def test_a_release_told_twice_while_it_joins_another_product():
    take(release(12))
    stub_products([EAN])
    assert take(release(12, day=1, title="Live"), release(12, EAN, day=2)) == {
        "changed": 1,
        "new": 1,
    }
    assert Product.objects.listed().get().ean == EAN
    assert take(release(12, EAN, day=2)) == {"unchanged": 1}


def test_suppliers_with_numbers_of_their_own_share_an_ean():
    take(notice(source="csv", source_ref="A1"))
    assert take(release(12, EAN, day=1, title="Told by Discogs")) == {"changed": 1}
    product = Product.objects.get()
    assert (product.title, product.source, product.source_ref) == ("Told by Discogs", "csv", "A1")
    assert take(release(12, EAN, day=1, title="Told by Discogs")) == {"unchanged": 1}


def test_of_releases_with_one_barcode_the_first_keeps_it():
    both = [release(12, EAN, title="First"), release(13, EAN, title="Second pressing")]
    assert take(*both) == {"new": 2}
    assert dict(Product.objects.values_list("source_ref", "ean")) == {"12": EAN, "13": None}
    published()
    assert take(*both) == {"unchanged": 2}
    assert take(both[1]) == {"unchanged": 1}
    assert published() == []


def test_a_book_notice_keeps_the_number_of_a_release():
    take(release(12, EAN))
    take(notice(day=1, title="Told by ONIX", source="onix"))
    product = Product.objects.get()
    assert (product.title, product.source, product.source_ref) == ("Told by ONIX", "discogs", "12")


def test_an_outdated_notice_gives_no_number():
    take(notice(day=5))
    before = Product.objects.values().get()
    assert take(release(12, EAN, day=1, title="Older")) == {"outdated": 1}
    assert Product.objects.values().get() == before


def test_an_outdated_notice_gives_no_ean():
    take(release(12, day=5))
    before = Product.objects.values().get()
    assert take(release(12, EAN, day=1, title="Older")) == {"outdated": 1}
    assert Product.objects.values().get() == before


def test_an_outdated_notice_joins_nothing():
    take(release(12, day=5))
    stub_products([EAN])
    before = list(Product.objects.order_by("pk").values())
    published()
    assert take(release(12, EAN, day=1, title="Older")) == {"outdated": 1}
    assert list(Product.objects.order_by("pk").values()) == before
    assert published() == []


def test_an_outdated_notice_binds_nothing_for_the_notices_after_it():
    take(notice(day=5))
    older = release(12, EAN, day=1, title="Older")
    assert take(older, release(12, day=2, title="A pressing")) == {"outdated": 1, "new": 1}
    assert dict(Product.objects.values_list("ean", "source_ref")) == {EAN: "", None: "12"}


def test_a_release_new_and_withdrawn_in_the_batch_that_gives_its_ean():
    stub = stub_products([EAN])[EAN]
    taken = take(release(12, withdrawn=True), release(12, EAN, day=1))
    assert taken == {"unchanged": 1, "new": 1}
    product = Product.objects.get()
    assert (product.pk, product.source_ref, product.state) == (stub, "12", ProductState.LISTED)


def test_a_withdrawal_that_joins_a_release_to_its_ean_keeps_its_number():
    take(release(12))
    stub = stub_products([EAN])[EAN]
    take(release(12, EAN, day=1, withdrawn=True))
    product = Product.objects.get(source="discogs", source_ref="12")
    assert (product.pk, product.ean, product.state) == (stub, EAN, ProductState.UNKNOWN)
    assert take(release(12, EAN, day=2)) == {"new": 1}
    assert Product.objects.listed().get().pk == stub


def test_all_of_a_batch_or_none():
    broken = notice(OTHER_EAN)
    broken.kind = "nothing"
    with pytest.raises(Exception, match="catalogue_product_kind"), transaction.atomic():
        take(notice(), broken)
    assert not Product.objects.exists()


def test_a_batch_takes_few_round_trips(django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        take(*(notice(f"97820000{number:05d}") for number in range(300)))
    assert Product.objects.count() == 300


def test_finding_a_product():
    product = make_product(ean="9782070612369")
    assert find_product("978-2-07-061236-9") == product
    assert find_product("2070612368") == product
    assert find_product(f"p{product.pk}") == product
    for ref in ("9782070612376", "p0", "p", "pierre", "", "p99999999999999999999"):
        with pytest.raises(NotFound):
            find_product(ref)


class TestRivals:
    """A stub made by a shop's telling while an import of the same EAN runs."""

    pytestmark = pytest.mark.django_db(transaction=True)

    def _race(self, importer) -> BaseException | None:
        """Run the importer against a stub that appears after it looked, and commits meanwhile."""
        failures: list[BaseException] = []
        looked, stubbed = threading.Event(), threading.Event()
        known = taking_module._known

        def look(notices):
            found = known(notices)
            looked.set()
            stubbed.wait(PATIENCE_SECONDS)
            return found

        def run() -> None:
            try:
                importer([notice()])
            except BaseException as error:
                failures.append(error)
            finally:
                connection.close()

        taking_module._known = look
        try:
            thread = threading.Thread(target=run)
            thread.start()
            assert looked.wait(PATIENCE_SECONDS)
            stub_products([EAN])
            stubbed.set()
            thread.join(PATIENCE_SECONDS)
        finally:
            taking_module._known = known
        return failures[0] if failures else None

    def test_the_import_lists_the_stub(self):
        assert self._race(take_in_spite_of_rivals) is None
        assert Product.objects.get().state == ProductState.LISTED

    def test_without_looking_again_it_would_fail(self):
        assert self._race(lambda notices: take_notices(notices=notices)) is not None
        assert Product.objects.get().state == ProductState.UNKNOWN
