"""A shop leaves the network: its reservations end with a mail, and nobody acts for it any more."""

import pytest
from click.testing import CliRunner
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.tokens import authenticate
from comptoir.core.errors import Conflict
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders.commands import shops
from comptoir.orders.models import Order
from comptoir.orders.operations import end_shop, expire_due, place, readmit_shop
from comptoir.shops.models import Shop, StaffRole
from comptoir.shops.operations import (
    SettingsChange,
    import_shops,
    invite_staff,
    issue_token,
    update_settings,
)
from comptoir.stock.arrivals.calls import link_till
from comptoir.stock.models import Offer, TillLink
from comptoir.stock.shelf import checks
from tests.factories import confirm_by_mail, make_offer, make_shop, make_staff, request_for
from tests.shops.test_import import GOOD, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer():
    return make_offer(on_hand=9, shop=make_shop(name="Le Pilori", slug="pilori"))


def mails(order: Order) -> list[str]:
    return list(
        Message.objects.filter(about=f"order:{order.pk}").values_list("template", flat=True)
    )


def test_reservations_end_with_a_mail_and_everybody_goes(offer):
    shop = offer.shop
    order = confirm_by_mail(place(request_for(offer)))
    unconfirmed = place(request_for(offer))
    elsewhere = confirm_by_mail(place(request_for(make_offer(on_hand=1))))
    manager = make_staff(shop, StaffRole.MANAGER)
    invite_staff(shop=shop, email="lea@example.org", actor=SYSTEM)
    secret = issue_token(shop=shop, label="till", actor=SYSTEM)
    link_till(shop=shop, provider="square", actor=SYSTEM)
    done = end_shop(shop=shop, actor=SYSTEM)
    assert (done.orders, done.people, done.tokens) == (2, 1, 1)
    for each, status in ((order, "cancelled"), (unconfirmed, "cancelled"), (elsewhere, "placed")):
        each.refresh_from_db()
        assert each.status == status
    assert "order_cancelled" in mails(order)
    assert "order_cancelled" not in mails(unconfirmed)
    offer.refresh_from_db()
    assert offer.held == 0
    assert authenticate(secret) is None
    assert not shop.staff.exists()
    assert not shop.invitations.exists()
    assert not TillLink.objects.exists()
    manager.refresh_from_db()
    assert manager.left_at is not None
    assert not Shop.objects.open_to_public().filter(pk=shop.pk).exists()
    message = Message.objects.get(about=f"order:{order.pk}", template="order_cancelled")
    render(message)
    assert "quitté le réseau" in message.text
    assert "quitté le réseau" in message.html
    assert list(checks.problems()) == []


def test_a_shop_that_has_left_is_changed_no_more(offer):
    end_shop(shop=offer.shop, actor=SYSTEM)
    for verb in (
        lambda: update_settings(shop=offer.shop, change=SettingsChange(paused=False), actor=SYSTEM),
        lambda: invite_staff(shop=offer.shop, email="lea@example.org", actor=SYSTEM),
        lambda: issue_token(shop=offer.shop, label="till", actor=SYSTEM),
    ):
        with pytest.raises(Conflict) as refusal:
            verb()
        assert refusal.value.code == "shop_ended"


def test_it_ends_once_and_may_come_back_hidden(offer):
    with pytest.raises(Conflict):
        readmit_shop(shop=offer.shop, actor=SYSTEM)
    end_shop(shop=offer.shop, actor=SYSTEM)
    first = Shop.objects.get().ended_at
    assert end_shop(shop=offer.shop, actor=SYSTEM).people == 0
    assert Shop.objects.get().ended_at == first
    back = readmit_shop(shop=offer.shop, actor=SYSTEM)
    assert (back.ended_at, back.paused_at is None) == (None, False)
    change = SettingsChange(paused=False)
    assert update_settings(shop=offer.shop, change=change, actor=SYSTEM).paused_at is None


def test_what_was_reserved_in_that_moment_ends_soon_after(offer):
    order = confirm_by_mail(place(request_for(offer)))
    Shop.objects.update(ended_at=timezone.now(), paused_at=timezone.now())
    assert expire_due(now=timezone.now()) == 0, "it is not counted as one whose time was over"
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert Offer.objects.get().held == 0


def test_the_command_asks_and_says_what_it_did(offer):
    confirm_by_mail(place(request_for(offer)))
    asked = CliRunner().invoke(shops, ["end", "pilori"], input="n\n")
    assert asked.exit_code == 1
    assert "1 réservation" in asked.output
    assert Shop.objects.get().ended_at is None
    done = CliRunner().invoke(shops, ["end", "pilori", "--yes"])
    assert done.exit_code == 0
    assert "Le Pilori a quitté le réseau" in done.output
    assert "Réservations terminées\u00a0: 1" in done.output
    assert "pilori" not in CliRunner().invoke(shops, ["list"]).output
    assert "partie le" in CliRunner().invoke(shops, ["list", "--ended"]).output
    assert CliRunner().invoke(shops, ["end", "pilori", "--undo"]).exit_code == 0
    assert "masquée" in CliRunner().invoke(shops, ["list"]).output


def test_its_page_says_so(client, offer):
    assert client.get("/boutiques/pilori").status_code == 200
    end_shop(shop=offer.shop, actor=SYSTEM)
    page = client.get("/boutiques/pilori")
    assert page.status_code == 410
    assert "Le Pilori a quitté le réseau" in page.content.decode()


def test_an_import_does_not_bring_it_back(tmp_path):
    path = write(tmp_path / "a.csv", GOOD)
    import_shops(path=path, report=tmp_path / "r.csv")
    shop = Shop.objects.get()
    end_shop(shop=shop, actor=SYSTEM)
    done = import_shops(path=path, report=tmp_path / "s.csv")
    assert (done.refused, done.created, done.changed) == (1, 0, 0)
    assert [each.code for each in done.first_refusals] == ["shop_ended"]
    Shop.objects.update(merged_into=make_shop(slug="nouvelle"))
    again = import_shops(path=path, report=tmp_path / "t.csv")
    assert "nouvelle" in str(again.first_refusals[0].reason)
