"""The index follows what is committed, whatever happens in between."""

import json
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from comptoir.catalogue.models import Product, ProductState
from comptoir.core import outbox
from comptoir.core.db import fetch
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import Position, publish
from comptoir.search import builder, follower, health, reader, store
from comptoir.search.query import SearchRequest, search
from comptoir.shops.places import Point
from comptoir.stock.models import Offer
from tests.factories import make_offer, make_product
from tests.late import committing_late
from tests.patience import PATIENCE_SECONDS, until

pytestmark = pytest.mark.django_db(transaction=True)


def tell(*products: Product) -> None:
    """Publish products as an operation does."""
    publish(OutboxEntry.Topic.PRODUCT, [product.pk for product in products])


def titles(text: str, **fields) -> list[str]:
    return [hit.product.title for hit in search(SearchRequest(text, **fields)).hits]


def appears(text: str, within: float = PATIENCE_SECONDS) -> bool:
    """Return whether a search finds something before that many seconds have gone."""
    deadline = time.monotonic() + within
    while not (found := titles(text)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(found)


@pytest.fixture
def following() -> Iterator[None]:
    """Have the follower run as it does in production, over an index built before."""
    builder.rebuild()
    stop = threading.Event()

    def work() -> None:
        follower.run(stop)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)


@pytest.fixture
def step() -> Iterator[follower.Follower]:
    """Return a follower that a test leads step by step."""
    builder.rebuild()
    one = follower.open_follower()
    yield one
    one.close()


def test_a_commit_is_found(following):
    with transaction.atomic():
        tell(make_product(title="Tout frais"))
    assert appears("tout frais")


def test_a_transaction_that_commits_late_is_found_too(following):
    early, late = make_product(title="Précoce"), make_product(title="Tardif")
    with committing_late(lambda: tell(late)):
        tell(early)
        assert not appears("tardif", within=0.6)
    assert appears("tardif")
    assert appears("précoce")


def test_without_the_oldest_transaction_a_late_commit_would_be_lost(step, monkeypatch):
    """Control: reading by ascending id alone, as is often done, skips what commits late."""

    def read_by_id(
        position: Position, limit: int, topics: object
    ) -> tuple[list[tuple[str, int]], Position]:
        rows = fetch("SELECT id, key FROM core_outbox WHERE id > %s ORDER BY id", [position.xid])
        last = Position(rows[-1][0] if rows else position.xid, 0)
        return [("product", key) for _, key in rows], last

    late = make_product(title="Tardif")
    monkeypatch.setattr(outbox, "read_after", read_by_id)
    step._position = Position()
    with committing_late(lambda: tell(late)):
        tell(make_product(title="Précoce"))
        step.step()
    assert step.step() == 0
    assert titles("précoce") == ["Précoce"]
    assert titles("tardif") == []


def test_availability_crossing_zero_enters_and_leaves_the_filter(step):
    near = Point(46.5802, 0.3404)
    offer = make_offer(product=make_product(title="Dernier exemplaire"))

    def filtered() -> list[str]:
        tell(offer.product)
        step.step()
        return titles("dernier", near=near, in_stock=True, radius_km=5)

    assert filtered() == ["Dernier exemplaire"]
    Offer.objects.filter(pk=offer.pk).update(held=1)
    assert filtered() == []
    assert titles("dernier") == ["Dernier exemplaire"]
    Offer.objects.filter(pk=offer.pk).update(held=0)
    assert filtered() == ["Dernier exemplaire"]


def test_a_stub_appears_when_the_catalogue_knows_it_and_goes_when_withdrawn(step):
    product = make_product(title="", state=ProductState.UNKNOWN)
    tell(product)
    step.step()
    assert titles(product.ean) == []
    Product.objects.filter(pk=product.pk).update(title="Connu", state=ProductState.LISTED)
    tell(product)
    step.step()
    assert titles(product.ean) == titles("connu") == ["Connu"]
    Product.objects.filter(pk=product.pk).update(state=ProductState.WITHDRAWN)
    tell(product)
    step.step()
    assert search(SearchRequest("connu")).total == 0


def test_a_crash_before_the_position_is_written_loses_and_doubles_nothing(monkeypatch):
    builder.rebuild()
    step = follower.open_follower()
    with monkeypatch.context() as patch:
        patch.setattr(store, "write_mark", _crash)
        tell(make_product(title="Une seule fois"))
        with pytest.raises(KeyboardInterrupt):
            step.step()
    step.close()
    again = follower.open_follower()
    assert again.step() == 1
    assert again.step() == 0
    again.close()
    assert search(SearchRequest("seule fois")).total == 1


def test_a_position_written_before_its_commit_would_lose_entries(monkeypatch):
    """Control: in the other order, a crash between the two loses what was told."""
    builder.rebuild()
    step = follower.open_follower()
    product = make_product(title="Perdu")
    tell(product)
    _, ahead = outbox.read_after(step.mark.position)
    with monkeypatch.context() as patch:
        patch.setattr(step, "_write", _crash)
        store.write_mark(step.generation, ahead, step.mark.database)
        with pytest.raises(KeyboardInterrupt):
            step.step()
    step.close()
    again = follower.open_follower()
    assert again.step() == 0
    again.close()
    assert titles("perdu") == []


def _crash(*_: object) -> None:
    raise KeyboardInterrupt


def test_what_changes_during_a_rebuild_is_in_the_new_index(monkeypatch):
    make_product(title="Ancien")
    builder.rebuild()
    fill = builder._fill

    def meanwhile(*arguments):
        count = fill(*arguments)
        tell(make_product(title="Entre-temps"))
        return count

    monkeypatch.setattr(builder, "_fill", meanwhile)
    old = store.current()
    assert builder.rebuild() == 1
    assert store.current() != old
    assert titles("ancien") == ["Ancien"]
    one = follower.open_follower()
    assert one.step() == 1
    one.close()
    assert titles("entre temps") == ["Entre-temps"]


def test_a_running_follower_moves_to_the_rebuilt_index(following):
    make_product(title="Jamais publié")
    assert titles("jamais publié") == []
    builder.rebuild()
    assert titles("jamais publié") == ["Jamais publié"]
    tell(make_product(title="Après"))
    assert appears("après")


def _truncate(generation):
    for path in generation.glob("*.term"):
        path.unlink()
        path.write_bytes(b"")


def _lose_segment(generation):
    for path in generation.glob("*.idx"):
        path.unlink()


def _garble_meta(generation):
    (generation / "meta.json").write_text("{")


def _other_version(generation):
    mark = json.loads((generation / "position.json").read_text())
    (generation / "position.json").write_text(json.dumps(mark | {"version": -1}))


def _other_database(generation):
    mark = json.loads((generation / "position.json").read_text())
    (generation / "position.json").write_text(json.dumps(mark | {"database": "other"}))


def _long_ago(generation):
    mark = json.loads((generation / "position.json").read_text())
    ago = time.time() - outbox.KEPT_SECONDS
    (generation / "position.json").write_text(json.dumps(mark | {"heard": ago}))


def _remove(generation):
    (store.folder() / "current").unlink()


@pytest.mark.parametrize(
    "harm",
    [_truncate, _lose_segment, _garble_meta, _other_version, _other_database, _long_ago, _remove],
)
def test_an_index_that_cannot_be_used_is_told_and_built_anew(harm, caplog):
    make_product(title="Toujours là")
    builder.rebuild()
    assert health.problem() is None
    harm(store.current())
    reader.READER.forget()
    assert health.problem() is not None
    follower.open_follower().close()
    assert health.problem() is None
    assert titles("toujours") == ["Toujours là"]


def test_a_good_index_is_kept(following):
    generation = store.current()
    one = store.read_mark(generation)
    time.sleep(0.5)
    assert store.current() == generation
    assert one is not None
    assert health.problem() is None


def test_one_process_of_a_node_follows(following):
    def alone() -> bool:
        with store.exclusive("follower", wait=False) as free:
            return free

    until(lambda: not alone())


def test_old_entries_are_removed_and_young_ones_kept():
    publish(OutboxEntry.Topic.PRODUCT, [1])
    publish(OutboxEntry.Topic.PRODUCT, [2])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_outbox SET written_at = now() - interval '49 hours' WHERE key = 1"
        )
    assert outbox.prune() == 1
    assert [entry.key for entry in OutboxEntry.objects.all()] == [2]
