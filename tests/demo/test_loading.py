"""Loading the demonstration, again, and turning its tills: the ledger explains every number."""

import html
import io
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone
from PIL import Image

from comptoir.accounts.models import User
from comptoir.accounts.tokens import authenticate
from comptoir.catalogue.models import Product
from comptoir.demo import data, scale
from comptoir.demo.commands import show_logins
from comptoir.demo.days import load_days
from comptoir.demo.people import MANAGER, TWO_SHOPS, token
from comptoir.demo.pictures import HEIGHT, WIDTH
from comptoir.demo.tills import Tills
from comptoir.draws.fairness import faults
from comptoir.draws.models import Draw, DrawEntry, Phase
from comptoir.draws.reads import published
from comptoir.notifications.models import Message
from comptoir.orders import checks as order_checks
from comptoir.orders.models import Delivery, Order, OrderStatus
from comptoir.purchases.models import Purchase
from comptoir.purchases.reads import lists_in
from comptoir.releases import memory
from comptoir.releases.models import Release
from comptoir.shops.models import RingsUp, Shop, Staff, StaffRole
from comptoir.shops.page.models import PhotoFile
from comptoir.stock.models import Condition, Offer, Report, ReportStatus, StockMovement
from comptoir.stock.shelf import checks as stock_checks

pytestmark = pytest.mark.django_db


FEW = {"PRODUCTS": 1_000, "OFFERS": 900, "SHOPS": 6, "SHOPS_WITH_ORDERS": 2}


class Made(NamedTuple):
    """A region that was loaded, and the folder with its files."""

    region: scale.Loaded
    folder: Path


@pytest.fixture(scope="module")
def made(
    django_db_setup, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Made]:
    """Load a region of a few shops, once: the same code, less of it. What a test does to it is
    undone."""
    folder = tmp_path_factory.mktemp("region")
    with (
        django_db_blocker.unblock(),
        override_settings(VAR=folder, TRIAL_PAYMENTS=True),
        pytest.MonkeyPatch.context() as few,
        transaction.atomic(),
    ):
        for name, number in FEW.items():
            few.setattr(data, name, number)
        yield Made(data.load_region(), folder)
        transaction.set_rollback(True)


@pytest.fixture
def region(made: Made, db: None, settings, tmp_path: Path) -> scale.Loaded:
    """The region, with files that are the test's own."""
    settings.VAR = shutil.copytree(made.folder, tmp_path / "var")
    return made.region


def problems() -> list[str]:
    return [*stock_checks.problems(), *order_checks.problems()]


def test_a_loaded_region_is_whole_and_its_ledger_agrees(region: scale.Loaded) -> None:
    assert region.shops == 6
    assert region.products == 1_000
    assert region.offers >= 850
    assert Product.objects.filter(demo=False).count() == 0
    assert set(Offer.objects.values_list("condition", flat=True)) > {Condition.NEW, "VG"}
    assert Offer.objects.filter(on_hand=0).exists()
    assert Staff.objects.filter(user__email=TWO_SHOPS).count() == 2
    assert Staff.objects.get(user__email=MANAGER).role == StaffRole.MANAGER
    assert {OrderStatus.PLACED, OrderStatus.SET_ASIDE, OrderStatus.COLLECTED} < set(
        Order.objects.values_list("status", flat=True)
    )
    assert not Report.objects.exclude(status=ReportStatus.APPLIED).exists()
    assert problems() == []


def test_its_shops_show_drawn_pictures(region: scale.Loaded) -> None:
    shown = Shop.objects.exclude(photos=None).distinct()
    assert shown.count() == 4
    shop = shown.order_by("pk")[0]
    page = Client().get(f"/boutiques/{shop.slug}").content.decode()
    photo = shop.photos.order_by("place")[0]
    assert photo.alt in html.unescape(page)
    drawn = Client().get(f"/photo/boutique/{photo.file.digest}-grande.webp")
    assert drawn.status_code == 200
    with Image.open(io.BytesIO(drawn.content)) as image:
        assert (image.format, image.size) == ("WEBP", (WIDTH, HEIGHT))
        assert len(image.getcolors(1 << 20) or ()) > 50
    heavy = PhotoFile.objects.filter(shown__shop__in=shown).distinct()
    assert all(len(each.large) < 100_000 for each in heavy)


def test_a_token_whose_file_is_gone_is_replaced(region: scale.Loaded, settings) -> None:
    shop = Shop.objects.filter(demo=True).order_by("pk")[0]
    first = token(shop)
    assert token(shop) == first
    (settings.VAR / "demo-token").unlink()
    second = token(shop)
    assert authenticate(second) is not None
    assert authenticate(first) is None


def test_loading_again_changes_nothing(region: scale.Loaded) -> None:
    def state() -> list[int]:
        days = (Release, Draw, DrawEntry)
        tables = (Shop, Product, Offer, StockMovement, Order, Staff, Message, *days)
        return [table.objects.count() for table in tables]

    before = state()
    assert data.load_region() == region
    Staff.objects.filter(user__email=MANAGER).delete()
    assert data.load_region() == region
    assert state() == [*before[:5], before[5] - 1, *before[6:]]


def test_more_can_be_added_and_the_same_again_adds_nothing(region: scale.Loaded) -> None:
    more = scale.load(products=1_500, offers=2_000, shops=8)
    assert more.shops == 8
    assert more.products == 1_500
    assert more.offers > region.offers + 800
    assert problems() == []
    assert scale.load(products=1_500, offers=2_000, shops=8) == more


def test_a_big_load_puts_every_index_and_constraint_back(
    region: scale.Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def guards() -> set[tuple[object, ...]]:
        return set(
            scale.fetch(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid ="
                " ANY('{stock_offer,stock_stockmovement,catalogue_product}'::regclass[])"
                " UNION SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)"
                " FROM pg_index WHERE indrelid ="
                " ANY('{stock_offer,stock_stockmovement,catalogue_product}'::regclass[])"
            )
        )

    scale.execute("SET CONSTRAINTS ALL IMMEDIATE")
    before = guards()
    monkeypatch.setattr(scale, "BIG", 1)
    scale.load(products=1_200, offers=1_500, shops=7)
    assert guards() == before
    assert problems() == []


def test_the_tills_move_stock_and_keep_figures_fresh(region: scale.Loaded) -> None:
    tills = Tills("essai")
    started = timezone.now()
    for _ in range(30):
        tills.event()
    reasons = StockMovement.objects.filter(told_at__gte=started).values_list("reason", flat=True)
    assert set(reasons) == {"sold", "received"}
    for shop in tills.shops:
        run = tills.report(shop)
        assert run.status == ReportStatus.APPLIED
        assert run.emptied_count == 0
        assert run.as_of >= started
    assert tills.silent() == []
    assert problems() == []


def test_telling_again_and_again_takes_no_copy_away(region: scale.Loaded) -> None:
    """A till that rings up at the end of the day still counts what was collected today."""
    Shop.objects.update(rings_up=RingsUp.END_OF_DAY)
    tills = Tills("essai")
    shop = Order.objects.filter(status=OrderStatus.COLLECTED).first().shop
    before = dict(Offer.objects.filter(shop=shop).values_list("id", "on_hand"))
    for _ in range(3):
        tills.report(shop)
    assert dict(Offer.objects.filter(shop=shop).values_list("id", "on_hand")) == before


def test_the_token_is_made_once(region: scale.Loaded) -> None:
    shop = Shop.objects.order_by("id").first()
    assert token(shop) == token(shop)


def test_the_address_told_to_sign_in_at_exists(
    region: scale.Loaded, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    show_logins()
    told = re.search(r"Sign in at (/\S+):", capsys.readouterr().out)
    assert told
    assert client.get(told[1], follow=True).status_code == 200


def test_some_shops_post_and_the_days_post_and_purchases_show_something(made) -> None:
    posted = Order.objects.filter(delivery=Delivery.MAIL)
    states = Counter(posted.values_list("status", flat=True))
    expected = {"placed", "prepared", "shipped", "delivered"}
    assert set(states) == expected, states
    assert posted.filter(captures__isnull=False).count() >= len(posted) - states["placed"]
    assert Shop.objects.filter(tariffs__isnull=False).count() >= data.SHOPS_WITH_PARCELS
    assert Purchase.objects.exists()
    assert any(each.items for each in lists_in(Purchase.objects.get().shop))


def test_a_day_is_announced_a_draw_is_open_and_one_proves_how_it_was_made(
    region: scale.Loaded, client: Client
) -> None:
    made, is_open = Draw.objects.order_by("pk")
    assert (made.phase, is_open.phase) == (Phase.DRAWN, Phase.OPEN)
    assert faults(published(made)) == []
    memory.forget()
    coming = client.get("/sorties").content.decode()
    for day in Release.objects.all():
        assert html.escape(day.name) in coming
    assert Release.objects.filter(shop=is_open.shop).exists()
    assert Release.objects.filter(network__isnull=False).exists()
    assert f"/tirages/{is_open.pk}" in coming
    assert "S’inscrire" in client.get(f"/tirages/{is_open.pk}").content.decode()


def test_a_counter_of_the_demonstration_gives_a_file_to_try_there(
    region: scale.Loaded, client: Client, settings
) -> None:
    user = User.objects.get(email=MANAGER)
    client.force_login(user)
    shop = Shop.objects.get(staff__user=user)

    def given() -> list[str]:
        page = client.get(f"/comptoir/{shop.slug}/inventaires/essai").content.decode()
        return re.findall(r'href="(/demo/[^"]+\.csv)"', page)

    assert given() == []
    settings.DEMO = True
    (address,) = given()
    file = client.get(address)
    assert file.content.startswith(b"ean;")
    assert "Last-Modified" not in file  # the browser dates it: it is as true as it is new


def test_once_its_days_are_over_loading_it_announces_others(region: scale.Loaded) -> None:
    def counts() -> list[int]:
        return [table.objects.count() for table in (Release, Draw, DrawEntry)]

    releases, draws, entries = counts()
    shops, later = list(Shop.objects.order_by("pk")), timezone.now() + timedelta(days=21)
    load_days(shops, later)
    assert counts() == [2 * releases, draws + 1, entries]
    assert problems() == []
