"""A shop leaves one installation with its export and is the same in another."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from django.db import models

from comptoir.accounts.actors import SYSTEM
from comptoir.archives.chest import Folder, Found
from comptoir.archives.contents import ACTORS, PRODUCTS, SHEETS, Sheet
from comptoir.archives.operations import export_shop, move_in
from comptoir.core.db import execute
from comptoir.core.errors import Forbidden, Invalid, NotFound
from comptoir.orders.checks import problems as of_orders
from comptoir.orders.models import Order
from comptoir.shops.models import Shop, StaffRole
from comptoir.shops.operations.memberships import join_network
from comptoir.stock.models import StockMovement
from comptoir.stock.shelf.checks import problems as of_stock
from tests.archives.world import make_full_shop, second_installation
from tests.factories import make_coordinator, make_network, make_offer, make_shop, make_staff

pytestmark = pytest.mark.django_db(transaction=True)
SEEDS = (1, 2)


def exported(shop: Shop, folder: Path) -> Path:
    """Return the folder with all that is a shop's."""
    export_shop(shop=shop, chest=Folder(folder), actor=SYSTEM)
    return folder


def told(folder: Path) -> dict[str, object]:
    """Return what an export says, each key as the place of its row in its file."""
    keys: dict[type[models.Model], dict[str, int]] = {}
    said: dict[str, object] = {"shop": (folder / "shop.json").read_text()}
    for sheet in (PRODUCTS, *SHEETS):
        with io.StringIO((folder / f"{sheet.name}.csv").read_bytes().decode("utf-8-sig")) as text:
            rows = list(csv.DictReader(text, delimiter=";"))
        key = sheet.model._meta.pk
        name = key.name if key.is_relation else "id"
        keys[sheet.model] = {row[name]: at for at, row in enumerate(rows) if name in row}
        said[sheet.name] = [placed(sheet, row, keys) for row in rows]
        said |= {file.name: file.read_bytes() for file in folder.glob(f"{sheet.name}/*")}
    return said


def placed(sheet: Sheet, row: dict[str, str], keys) -> dict[str, object]:
    """Return a row with places in place of keys."""
    for column in sheet.columns:
        of = column.related_model if column.name != "id" else sheet.model
        name = column.name
        known = keys.get(of, {})
        if column.name in ACTORS:
            known = next(found for model, found in keys.items() if model.__name__ == "Staff")
        row[name] = known.get(row[name], row[name])
    return row


def test_it_is_the_same_in_a_second_installation(tmp_path: Path) -> None:
    with second_installation() as elsewhere:
        shops = [make_full_shop(seed) for seed in SEEDS]
        before = [exported(shop, tmp_path / f"a{shop.pk}") for shop in shops]
        codes = set(Order.objects.filter(shop=shops[0]).values_list("code", "status", "email"))
        with elsewhere:
            make_network(slug="reseau")
            make_full_shop(99)  # so that no key is the same
            for shop, folder in zip(shops, before, strict=True):
                moved = move_in(found=Found(folder), actor=SYSTEM)
                assert moved.remarks == []
                assert moved.shop.paused_at is not None
                after = exported(moved.shop, tmp_path / f"b{shop.pk}")
                said = told(folder)
                assert {name for name, rows in said.items() if not rows} == set()
                came = told(after)
                read_alone = {sheet.name for sheet in SHEETS if not sheet.taken}
                assert all(came.pop(name) == [] and said.pop(name) for name in read_alone)
                assert came == said
            assert [*of_stock(), *of_orders()] == []
            came = Order.objects.filter(shop__slug=shops[0].slug)
            assert set(came.values_list("code", "status", "email")) == codes
            again = move_in(found=Found(before[0]), actor=SYSTEM)
            assert (again.was_here, Shop.objects.count()) == (True, len(SEEDS) + 1)


def test_an_owner_alone_exports(tmp_path: Path) -> None:
    network = make_network()
    shop = make_shop()
    join_network(shop=shop, network=network, actor=SYSTEM)
    people = [make_staff(shop), make_coordinator(network), make_staff(make_shop())]
    for at, person in enumerate(people):
        with pytest.raises((Forbidden, NotFound)):
            export_shop(shop=shop, chest=Folder(tmp_path / f"no{at}"), actor=person.actor)
    owner = make_staff(shop, StaffRole.MANAGER)
    folder = tmp_path / "yes"
    export_shop(shop=shop, chest=Folder(folder), actor=owner.actor)
    with pytest.raises(Invalid):
        Folder(folder)


def test_it_is_written_a_piece_at_a_time(tmp_path: Path) -> None:
    """Ten times the ledger needs no more memory; an export that kept its rows would need ten times
    as much, which the control shows."""
    shop = make_shop()
    offer = make_offer(shop=shop, on_hand=1)
    peaks = []
    for round, count in enumerate((1_200, 12_000)):
        execute(
            "INSERT INTO stock_stockmovement (offer_id, delta, reason, happened_at, actor_kind)"
            " SELECT %s, 0, 'counted', now(), 'system' FROM generate_series(1, %s)",
            [offer.pk, count],
        )
        tracemalloc.start()
        exported(shop, tmp_path / f"m{round}")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
    tracemalloc.start()
    rows = list(StockMovement.objects.values_list())
    assert len(rows) > 12_000
    assert tracemalloc.get_traced_memory()[1] > 3 * peaks[1]
    tracemalloc.stop()
