"""Papers that the version before has issued, as this one migrates them."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.db import DatabaseError, connection, migrations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from comptoir.orders.models import Order
from comptoir.papers.models import Paper
from comptoir.papers.person import find
from tests.papers.orders import Part, paid, selling_shop
from tests.papers.rows import make_paper
from tests.papers.samples import BOOK

pytestmark = pytest.mark.django_db(transaction=True)
SIRETS = ("73282932000074", "55210055400013")
BEFORE, AFTER = ("papers", "0002_without_vat"), ("papers", "0003_who_bought")
NEWEST = MigrationLoader(None).graph.leaf_nodes("papers")[0]
MIGRATION = import_module("comptoir.papers.migrations.0003_who_bought").Migration


def migrate(to: tuple[str, str]) -> None:
    MigrationExecutor(connection).migrate([to])


@pytest.fixture
def orders() -> Iterator[list[Order]]:
    """Two orders with a paper each, in the tables of the version before; the second is erased."""
    found = [paid(selling_shop(siret=siret), [Part(2000)], {BOOK: 300}) for siret in SIRETS]
    for order in found:
        make_paper(order)
    Order.objects.filter(pk=found[1].pk).update(email_key="", email="", name="")
    migrate(BEFORE)
    try:
        assert "buyer_key" not in columns()
        yield found
    finally:
        migrate(NEWEST)


def columns() -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, "papers_paper")
    return {each.name for each in found}


def test_who_bought_finds_papers_of_the_version_before(orders):
    """Of an order that is erased by then, nobody knows who that was. The papers stay as they are,
    and none can be changed afterwards either."""
    migrate(AFTER)
    keys = list(Paper.objects.order_by("pk").values_list("buyer_key", flat=True))
    assert keys == [orders[0].email_key, ""]
    assert [len(part.rows) for part in find(orders[0].email)] == [1]
    with pytest.raises(DatabaseError, match="never changed"):
        Paper.objects.update(buyer_key="x")


def test_control_without_the_fill_in_nobody_finds_them(orders, monkeypatch):
    added = [each for each in MIGRATION.operations if isinstance(each, migrations.AddField)]
    monkeypatch.setattr(MIGRATION, "operations", added)
    migrate(AFTER)
    assert set(Paper.objects.values_list("buyer_key", flat=True)) == {""}
    assert list(find(orders[0].email)) == []
