"""Readers who were not told of the right to withdraw are told later: fourteen days are left."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.shops.models import Shop
from comptoir.terms.errors import NotPublished
from comptoir.withdrawals.models import LaterNotice
from comptoir.withdrawals.operations import give_notices
from comptoir.withdrawals.reads import period, to_be_told
from tests.papers.test_fronts import at_counter
from tests.terms.world import publish_for
from tests.withdrawals.world import bought, delivered

pytestmark = pytest.mark.django_db


def test_who_was_never_told_is_told_once_by_mail_and_fourteen_days_are_left():
    order = delivered(bought(told=False), days_ago=60)
    assert not period(order).told
    with pytest.raises(NotPublished):
        give_notices(shop=order.shop, actor=SYSTEM, now=timezone.now())
    publish_for(order.shop)
    long = period(order).last_day
    assert long > timezone.localdate() + timedelta(days=300)
    now = timezone.now()
    assert give_notices(shop=order.shop, actor=SYSTEM, now=now) == 1
    assert give_notices(shop=order.shop, actor=SYSTEM, now=now) == 0
    left = (period(order).last_day - now.date()).days
    assert 13 <= left <= 20  # fourteen, and what holidays and weekends add
    (mail,) = Message.objects.filter(template="withdrawal_notice")
    assert mail.to == order.email
    render(mail)
    assert "La boutique rembourse ce que vous avez payé" in mail.text
    assert f"/reservation/{order.token}/retractation" in mail.text
    assert str(period(order).last_day.year) in mail.text


def test_who_was_told_or_has_not_paid_or_is_past_it_all_is_not_told_again():
    told = delivered(bought())
    long_ago = delivered(bought(told=False), days_ago=500)
    for order in (told, long_ago):
        publish_for(order.shop)
        assert to_be_told(order.shop, timezone.now()) == []


def test_the_owner_tells_them_at_the_counter():
    order = delivered(bought(told=False), days_ago=20)
    publish_for(order.shop)
    client = at_counter(order.shop)
    page = f"/comptoir/{order.shop.slug}/boutique/conditions"
    assert "1 commande a été faite avant" in client.get(page).content.decode()
    client.post(f"{page}/informer")
    assert LaterNotice.objects.filter(order=order).exists()
    assert "commande a été faite avant" not in client.get(page).content.decode()


def test_a_shop_that_pauses_or_leaves_keeps_its_conditions_and_withdrawals_open(client):
    order = delivered(bought())
    shop = order.shop
    publish_for(shop, director="Paul Martin")
    own = f"/reservation/{order.token}"
    paths = [
        f"/boutiques/{shop.slug}/conditions",
        f"/boutiques/{shop.slug}/conditions/1",
        f"/boutiques/{shop.slug}/mentions-legales",
        f"{own}/conditions",
        f"{own}/retractation",
    ]
    now = timezone.now()
    for gone in ({"paused_at": now}, {"ended_at": now}):
        Shop.objects.filter(pk=shop.pk).update(**gone)
        reader = Client()
        pages = {path: reader.get(path) for path in paths}
        assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(paths, 200)
        # The order was made under the first version, which is not the one in force.
        assert "Version 1" in pages[f"{own}/conditions"].content.decode()
        line = order.lines.get()
        shown = reader.post(f"{own}/retractation", {f"line-{line.pk}": "1", "action": "choose"})
        assert "Confirmer la rétractation" in shown.content.decode()


def test_an_order_that_was_made_under_no_conditions_says_so(client):
    order = bought(told=False)
    page = client.get(f"/reservation/{order.token}/conditions").content.decode()
    assert "n’avait pas publié de conditions" in page
