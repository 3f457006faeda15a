"""An index that two processes build, half each, is one index."""

import os
import shutil
import sys

import pytest

from comptoir.catalogue.models import Product, ProductState
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import publish
from comptoir.search import builder, follower, reader, store
from comptoir.search.query import SearchRequest, search
from tests.factories import make_offer, make_product
from tests.served import address_of

pytestmark = pytest.mark.django_db(transaction=True)
TITLES = {f"Tome {number}" for number in ("un", "deux", "trois", "quatre", "cinq")}


@pytest.fixture(autouse=True)
def shared(monkeypatch, tmp_path):
    """Have every rebuild shared, with a process that reads the test's database."""
    monkeypatch.setattr(builder, "_SHARED_FROM", 0)
    monkeypatch.setenv("DATABASE_URL", address_of())
    for title in TITLES:
        make_offer(product=make_product(title=title))


def found() -> set[str]:
    return {hit.product.title for hit in search(SearchRequest("tome")).hits}


def test_both_halves_are_found():
    shown = []
    assert builder.rebuild(lambda *done: shown.append(done)) == len(TITLES)
    assert shown[-1] == (len(TITLES), len(TITLES))
    assert found() == TITLES
    assert reader.READER.searcher().num_segments == 2
    assert not any(path.is_dir() for path in store.current().iterdir())


def test_a_process_that_a_supervisor_started_builds_it_too(monkeypatch):
    """Whoever ends with the supervisor must not take the helper for an orphan of it."""
    monkeypatch.setenv("COMPTOIR_SUPERVISOR", str(os.getppid()))
    assert builder.rebuild() == len(TITLES)
    assert found() == TITLES


def test_the_follower_changes_products_of_either_half():
    builder.rebuild()
    one = follower.open_follower()
    try:
        for title in TITLES:
            changed = Product.objects.filter(title=title)
            publish(OutboxEntry.Topic.PRODUCT, list(changed.values_list("pk", flat=True)))
            changed.update(title=f"{title} bis", state=ProductState.LISTED)
        one.step()
        assert found() == {f"{title} bis" for title in TITLES}
        assert reader.READER.searcher().num_docs == len(TITLES)
    finally:
        one.close()


def test_without_its_other_half_no_index_is_put_in_use(monkeypatch):
    builder.rebuild()
    before = store.current()
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(builder.PartFailed):
        builder.rebuild()
    assert store.current() == before
    assert [path for path in store.folder().iterdir() if path.is_dir()] == [before]
