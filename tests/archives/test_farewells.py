"""An owner fetches all that is the shop's, and ends it: at the counter, and what becomes of it."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import AuditEntry
from comptoir.archives.chest import Found
from comptoir.archives.contents import SHEETS
from comptoir.archives.models import Bundle, BundlePiece
from comptoir.archives.operations import bundles, farewells
from comptoir.core.errors import Conflict, Forbidden, NotFound
from comptoir.exchanges.operations import end_due
from comptoir.orders.models import Order, PostalAddress
from comptoir.orders.operations import cancel, erase_due, place
from comptoir.payments.models import Account, Refund
from comptoir.payments.operations import note_paid_back
from comptoir.post.models import Parcel
from comptoir.shops.models import Shop, StaffRole
from comptoir.stock.models import Offer, StockMovement
from comptoir.withdrawals.models import Withdrawal
from tests.archives.world import make_full_shop
from tests.factories import make_offer, make_shop, make_staff, request_for

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LATER = timedelta(days=1, minutes=1)


def at_the_counter(shop: Shop, role: StaffRole = StaffRole.MANAGER) -> tuple[Client, str]:
    """Return the browser of somebody who works in a shop, and the address of its farewell."""
    client = Client()
    client.force_login(make_staff(shop, role), backend=BACKEND)
    return client, f"/comptoir/{shop.slug}/boutique/depart"


@pytest.mark.django_db(transaction=True)
def test_an_owner_fetches_it_alone_for_a_day(tmp_path: Path) -> None:
    shop = make_shop(name="Le Pilori")
    make_offer(shop=shop, on_hand=2)
    owner, address = at_the_counter(shop)
    staff, _address = at_the_counter(shop, StaffRole.STAFF)
    assert "Préparer le fichier" in owner.get(address).content.decode()
    owner.post(address, {"ask": "1"})
    first = Bundle.objects.get()
    owner.post(address, {"ask": "1"})  # begun again: there is one at a time
    bundles.make(first.pk)  # the job of the one before finds nothing to do
    bundle = Bundle.objects.get()
    assert (bundle.state, owner.get(f"{address}/export.zip").status_code) == ("waiting", 302)
    bundles.make(bundle.pk)
    assert "Récupérer le fichier" in owner.get(address).content.decode()
    sent = b"".join(owner.get(f"{address}/export.zip").streaming_content)
    path = tmp_path / "export.zip"
    path.write_bytes(sent)
    assert Found(path).manifest.name == "Le Pilori"
    with zipfile.ZipFile(io.BytesIO(sent)) as packed:
        assert packed.testzip() is None
    assert AuditEntry.objects.filter(deed="export_fetched", looked=True).count() == 1
    other, _elsewhere = at_the_counter(make_shop())
    assert [each.get(f"{address}/export.zip").status_code for each in (staff, other)] == [403, 404]
    assert bundles.erase_old(now=timezone.now()) == 0
    assert bundles.erase_old(now=timezone.now() + LATER) == 1
    assert not BundlePiece.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_that_is_stopped_leaves_nothing(monkeypatch) -> None:
    shop = make_shop()
    bundle = bundles.ask(shop=shop, actor=SYSTEM)
    write = bundles.export_shop

    def stopped_meanwhile(*, progress, **given):
        bundles.stop(shop=shop, actor=SYSTEM)
        return write(progress=progress, **given)

    make_offer(shop=shop)
    monkeypatch.setattr(bundles, "export_shop", stopped_meanwhile)
    bundles.make(bundle.pk)
    assert not Bundle.objects.exists()


@pytest.mark.django_db
def test_the_end_waits_for_open_orders_and_can_be_taken_back() -> None:
    offer = make_offer(on_hand=3)
    shop, now = offer.shop, timezone.now()
    order = place(request_for(offer, trusted=True))
    owner, address = at_the_counter(shop)
    assert "1 réservation ouverte" in owner.get(address).content.decode()
    owner.post(f"{address}/fin", {"typed": "autre"})
    assert not Shop.objects.get(pk=shop.pk).paused_at
    owner.post(f"{address}/fin", {"typed": f" {shop.name.upper()} "})
    assert Shop.objects.get(pk=shop.pk).paused_at
    with pytest.raises(Conflict):
        farewells.say_farewell(shop=shop, typed=shop.name, actor=SYSTEM)
    with pytest.raises(NotFound):
        place(request_for(offer))
    assert farewells.let_leave(now=now + LATER) == 0
    owner.post(f"{address}/rester")
    assert Shop.objects.get(pk=shop.pk).paused_at is None
    owner.post(f"{address}/fin", {"typed": shop.name})
    cancel(order_id=order.pk, actor=SYSTEM)
    assert farewells.let_leave(now=now) == 0  # a day has not passed
    assert farewells.let_leave(now=now + LATER) == 1
    assert Shop.objects.get(pk=shop.pk).ended_at is not None
    assert owner.get(address).status_code == 404


@pytest.mark.django_db
def test_all_of_it_is_erased_but_what_others_need(settings) -> None:
    shop, other = make_full_shop(5), make_full_shop(6)
    staff = make_staff(shop)
    with pytest.raises(Forbidden):
        farewells.say_farewell(shop=shop, typed=shop.name, actor=staff.actor)
    farewells.say_farewell(shop=shop, typed=shop.name, actor=SYSTEM)
    for order in Order.objects.filter(shop=shop, ended_at=None):
        cancel(order_id=order.pk, actor=SYSTEM)
    for refund in Refund.objects.filter(order__shop=shop):
        note_paid_back(refund_id=refund.pk, actor=SYSTEM, now=timezone.now())
    orders = Order.objects.filter(shop=shop).count()
    sent_back = Withdrawal.objects.filter(order__shop=shop)
    # Settled: one that is open keeps its reader.
    assert sent_back.update(proof="6A98765432109", ended_at=timezone.now()) == 1
    assert farewells.let_leave(now=timezone.now() + LATER) == 0  # copies are on their way
    end_due(now=timezone.now() + LATER + timedelta(days=31))
    farewells.let_leave(now=timezone.now() + LATER)
    days = max(settings.ERASE_AFTER_DAYS, settings.ERASE_POSTED_AFTER_DAYS)
    later = timezone.now() + timedelta(days=days + 1)
    assert farewells.erase_gone(now=later) == 0  # its readers are erased first
    erase_due(now=later)
    before = {sheet.name: sheet.of(other).count() for sheet in SHEETS}
    assert farewells.erase_gone(now=timezone.now()) == 0
    assert farewells.erase_gone(now=later) == 1
    assert farewells.erase_gone(now=later) == 0
    left = {sheet.name for sheet in SHEETS if sheet.of(shop).exists()}
    between = {"copies_asked", "copies_lent", "copies_asked_history", "copies_lent_history"}
    of_orders = {"orders", "order_lines", "order_history", "order_portions", "order_charges"}
    of_orders |= {"order_postage", "order_postage_taxes", "order_addresses"}
    of_orders |= {"parcels", "parcel_contents", "parcel_history", "copies_fetched"}
    of_orders |= {"withdrawals", "withdrawn_lines"}  # what became of its copies, without a person
    # Conditions and their versions go with the shop, as `terms.retention` says, and so does the
    # word of an order on its version.
    assert not left & {"conditions", "terms_versions", "order_terms", "makers", "later_notices"}
    books = {"papers", "paper_files", "payment_accounts", "bank_transfers", "captures", "refunds"}
    books |= {"refunds_paid_otherwise"}
    assert left == {"former_addresses", "memberships"} | of_orders | between | books
    assert not Account.objects.filter(shop=shop).exclude(secrets="", label="").exists()
    assert Order.objects.filter(shop=shop, name="", email="").count() == orders
    address = PostalAddress.objects.get(order__shop=shop)
    assert (address.name, address.street, address.city, address.country) == ("", "", "", "FR")
    assert not Parcel.objects.filter(order__shop=shop).exclude(tracking="").exists()
    assert [each.proof for each in sent_back.all()] == [""]
    assert not Offer.objects.filter(shop=shop).exists()
    assert not StockMovement.objects.filter(offer__shop=shop).exists()
    shop.refresh_from_db()
    assert (shop.phone, shop.email, shop.street, shop.siret) == ("", "", "", None)
    assert {sheet.name: sheet.of(other).count() for sheet in SHEETS} == before


def test_every_table_that_stays_is_one_of_shops() -> None:
    of_shops = {each.related_model._meta.label for each in farewells.relations_of_shops()}
    assert set(farewells.STAYS) <= of_shops
