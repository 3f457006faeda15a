"""Reserving in several shops at once, in a real browser."""

import re

import pytest
from django.core import mail

from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations import mark_not_found
from comptoir.stock.models import Offer
from tests.browser.test_site import street

__all__ = ["street"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_no_step_has_an_axe_violation_and_nothing_is_wider_than_the_screen(page, look, street):
    for product, shop in ((street.book, "Librairie du P"), (street.record, "Sillon")):
        page.goto(f"/titre/{product.ref}")
        page.get_by_role("button", name=re.compile(shop)).first.click()
    page.goto("/panier")
    look("basket")
    page.get_by_role("link", name=re.compile("Réserver dans 2 boutiques")).click()
    look("form")
    page.get_by_label(re.compile("tout ou rien")).check()
    page.get_by_role("button", name="Réserver", exact=True).click()
    look("errors")
    page.get_by_label("Votre nom").fill("Camille Ferrand")
    page.get_by_label("Adresse électronique").fill("camille@example.org")
    Offer.objects.filter(pk=street.record_offer.pk).update(on_hand=0)
    page.get_by_role("button", name="Réserver", exact=True).click()
    look("refused")
    assert not Order.objects.exists()
    Offer.objects.filter(pk=street.record_offer.pk).update(on_hand=1)
    page.goto("/reserver/ensemble?mode=all")
    page.get_by_role("button", name="Réserver", exact=True).click()
    page.wait_for_url("**/reservation/groupe/*")
    look("unconfirmed")
    address = page.url
    deliver(message_id=Message.objects.get(template="group_confirm").pk)
    (link,) = set(re.findall(r"/reservation/groupe/\S+/confirmer/\w+", mail.outbox[0].body))
    page.goto(link)
    look("confirm")
    mark_not_found(line_id=Order.objects.order_by("pk")[0].lines.get().pk, actor=SYSTEM)
    page.get_by_role("button", name="Je confirme tout").click()
    look("incomplete")
    page.get_by_role("button", name="Garder le reste").click()
    page.wait_for_url(address)
    look("placed")
    page.goto(f"{address}/annuler")
    look("cancel")
    page.get_by_role("button", name="Oui, tout annuler").click()
    page.wait_for_url(address)
    look("cancelled")
    assert not any(look.found.values()), look.found
    assert {order.status for order in Order.objects.all()} == {
        OrderStatus.NOT_FOUND,
        OrderStatus.CANCELLED,
    }
