"""A shop's whole life by commands alone: from an empty installation to the next one."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from django.utils import timezone

from comptoir.cli import main
from comptoir.orders.models import Order
from comptoir.orders.operations.doors.places import free_slots
from comptoir.shops import memory
from comptoir.shops.models import Doors, Membership, Shop
from comptoir.stock.models import Offer
from tests.archives.world import second_installation
from tests.factories import ALWAYS_OPEN, ean

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Les Ruines de Gençay"
PILORI = "73282932000074"


def run(*words: object, code: int = 0) -> str:
    done = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


def placed(book: str, name: str, *more: str) -> str:
    """Return the code of a reservation made at the counter."""
    run("orders", "place", "--shop", PILORI, "--name", name, "--phone", "0549112233", *more, book)
    return Order.objects.get(name=name).code


def joined(tmp_path: Path) -> str:
    """Make the network, and a shop of it from a file that the association keeps."""
    network = run("networks", "create", "Libraires du Poitou").strip()
    run("networks", "appoint", network, "coord@example.org")
    file = tmp_path / "shops.csv"
    file.write_text(
        "name;kind;siret;street;postcode;city;opening_hours\n"
        f"Librairie du Pilori;books;{PILORI};1 rue du Pilori;86000;Poitiers;{ALWAYS_OPEN}\n"
    )
    run("shops", "import", file, "--yes")
    run("networks", "join", network, PILORI)
    run("shops", "invite", PILORI, "anne@example.org", "--owner", "--at-once")
    assert Membership.objects.get().shop.siret == PILORI
    return network


def test_a_shop_joins_sells_closes_opens_leaves_and_moves_in(tmp_path: Path) -> None:
    book = ean(7)
    with second_installation() as elsewhere:
        network = joined(tmp_path)

        # Its till's file: found, and reserved.
        titles, till = tmp_path / "titles.csv", tmp_path / "till.csv"
        titles.write_text(f"ean;title;contributors;kind\n{book};{TITLE};Zoë Pons;book\n")
        run("catalogue", "import", titles, "--reports", tmp_path)
        till.write_text(f"ean;quantity;price\n{book};5;12,90\n")
        run("stock", "import", "--shop", PILORI, till)
        run("search", "rebuild")
        assert "Pilori" in run("search", "query", "Gençay")
        first = placed(book, "Maud")
        run("orders", "set-aside", PILORI, first)
        run("orders", "collect", PILORI, first)
        assert Offer.objects.get().on_hand == 4

        # Its doors close, with slots; and open again.
        run("shops", "doors", PILORI, "--close", "slots")
        memory.forget()
        shop = Shop.objects.get()
        slot, places = free_slots(shop, timezone.now())[0]
        at = slot.start.astimezone(ZoneInfo(shop.time_zone)).strftime("%Y-%m-%d %H:%M")
        second = placed(book, "Zoë", "--slot", at)
        assert Order.objects.get(code=second).slot_at == slot.start
        assert dict(free_slots(shop, timezone.now()))[slot] == places - 1
        run("shops", "doors", PILORI, "--open", Doors.objects.get().pk)
        memory.forget()
        assert free_slots(shop, timezone.now()) == []

        # It leaves with all that is its own.
        folder = tmp_path / "export"
        run("shops", "export", PILORI, folder)
        assert json.loads((folder / "shop.json").read_text())["name"] == "Librairie du Pilori"
        run("shops", "end", PILORI, "--yes")
        assert Order.objects.get(code=second).status == "cancelled"
        assert Shop.objects.get().ended_at is not None

        with elsewhere:
            memory.forget()
            assert run("networks", "create", "Libraires du Poitou").strip() == network
            run("shops", "move-in", folder)
            run("networks", "join", network, PILORI)
            run("shops", "pause", PILORI, "--resume")
            run("search", "rebuild")
            assert "Pilori" in run("search", "query", "Gençay")
            offer = Offer.objects.get()
            assert (offer.on_hand, offer.held, offer.price_cents) == (4, 1, 1290)
            came = {each.code: each.status for each in Order.objects.all()}
            assert came == {first: "collected", second: "placed"}
            run("check")
            again = tmp_path / "again"
            run("shops", "export", PILORI, again)
            names = {each.name for each in folder.iterdir()}
            assert {each.name for each in again.iterdir()} == names
            run("shops", "move-in", folder)
            assert Order.objects.count() == 2
