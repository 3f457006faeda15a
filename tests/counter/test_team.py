"""The team's page, and the invitation as the person sees it who follows its link."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import User
from comptoir.accounts.tokens import authenticate
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.shops.models import Invitation, ShopToken
from comptoir.shops.operations import invite_staff
from comptoir.shops.operations.invitations import link_of
from tests.counter.conftest import browser_of

PAGE = "/comptoir/pilori/boutique/equipe"
LEA = {"email": "lea@example.org", "name": "", "role": "staff"}


def link_in_the_mail() -> str:
    message = Message.objects.get(template="staff_invited")
    render(message)
    found = re.search(r"(/comptoir/invitation/\S+)", message.text)
    assert found
    return found[1]


def test_a_manager_invites_and_the_person_comes_in(manager, shop):
    browser = browser_of(manager)
    assert browser.post(f"{PAGE}/inviter", LEA).status_code == 302
    assert "lea@example.org" in browser.get(PAGE).content.decode()
    link = link_in_the_mail()
    lea = Client()
    page = lea.get(link).content.decode()
    assert shop.name in page
    assert 'name="name"' in page
    assert not User.objects.filter(email=LEA["email"]).exists(), "to look is no tap"
    response = lea.post(link, {"name": "Léa"})
    assert response["Location"] == "/comptoir/pilori/"
    assert lea.get("/comptoir/pilori/").status_code == 200
    user = User.objects.get(email=LEA["email"])
    assert user.name == "Léa"
    assert user.last_login is not None
    assert Client().get(link).status_code == 410
    assert Client().post(link, {"name": "Eve"}).status_code == 410
    page = browser.get(PAGE).content.decode()
    assert "Léa" in page
    assert not Invitation.objects.exists()


def test_who_has_a_second_factor_is_asked_for_it(shop, staff):
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={"secret": "x"})
    shop.staff.all().delete()
    link = link_of(invite_staff(shop=shop, email=staff.email, actor=SYSTEM))
    browser = Client()
    response = browser.post(f"/comptoir/invitation/{link}")
    assert "/compte/" in response["Location"]
    assert "_auth_user_id" not in browser.session
    assert shop.staff.get().user == staff


def test_an_invitation_is_sent_again_and_taken_back(manager, shop):
    browser = browser_of(manager)
    browser.post(f"{PAGE}/inviter", LEA)
    invitation = Invitation.objects.get()
    first = link_in_the_mail()
    browser.post(f"{PAGE}/invitations/{invitation.pk}", {"action": "again"})
    second = link_in_the_mail()
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200
    browser.post(f"{PAGE}/invitations/{invitation.pk}", {"action": "withdraw"})
    assert Client().get(second).status_code == 410
    gone = browser.post(f"{PAGE}/invitations/{invitation.pk}", {"action": "withdraw"})
    assert gone.status_code == 404


def test_an_expired_invitation_is_shown_as_one(manager, shop):
    browser = browser_of(manager)
    browser.post(f"{PAGE}/inviter", LEA)
    assert "status--expired" not in browser.get(PAGE).content.decode()
    Invitation.objects.update(ends_at=timezone.now())
    assert "status--expired" in browser.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "bad", [{"email": "lea"}, {"email": ""}, {"role": "boss"}, {"email": "manager"}]
)
def test_what_cannot_be_invited_is_told_in_the_form(manager, shop, bad):
    if bad.get("email") == "manager":
        bad = {"email": manager.email}
    page = browser_of(manager).post(f"{PAGE}/inviter", LEA | bad)
    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert not Invitation.objects.exists()


def test_roles_change_and_people_go(manager, staff, shop):
    browser = browser_of(manager)
    browser.post(f"{PAGE}/personnes/{staff.pk}", {"role": "manager"})
    assert shop.staff.get(user=staff).role == "manager"
    desk = browser_of(staff)
    browser.post(f"{PAGE}/personnes/{staff.pk}", {"dismiss": "1"})
    assert desk.get("/comptoir/pilori/").status_code == 404
    page = browser.post(f"{PAGE}/personnes/{manager.pk}", {"dismiss": "1"}, follow=True)
    assert "note--warning" in page.content.decode(), "the last manager stays"
    assert shop.staff.get().user == manager


def test_who_leaves_is_led_out(manager, staff, shop):
    shop.staff.filter(user=staff).update(role="manager")
    response = browser_of(staff).post(f"{PAGE}/personnes/{staff.pk}", {"dismiss": "1"})
    assert response["Location"] == "/comptoir/"
    assert shop.staff.get().user == manager


def test_everybody_writes_their_own_name(desk, staff):
    desk.post(f"{PAGE}/nom", {"name": "  Agathe\t B. "})
    staff.refresh_from_db()
    assert staff.name == "Agathe B."


def test_staff_see_names_and_neither_addresses_nor_verbs(desk, manager, shop):
    page = desk.get(PAGE).content.decode()
    assert "Maud" in page
    assert manager.email not in page
    for path, sent in (
        ("inviter", LEA),
        (f"personnes/{manager.pk}", {"dismiss": "1"}),
        ("programmes", {"label": "till"}),
    ):
        assert desk.post(f"{PAGE}/{path}", sent).status_code == 403
    assert not Invitation.objects.exists()
    assert not ShopToken.objects.exists()


def test_a_token_is_shown_once_and_revoked(manager, shop):
    browser = browser_of(manager)
    page = browser.post(f"{PAGE}/programmes", {"label": "Caisse"}).content.decode()
    found = re.search(r"cpt_[\w-]+", page)
    assert found
    actor = authenticate(found[0])
    assert actor is not None
    assert found[0] not in browser.get(PAGE).content.decode()
    again = browser.post(f"{PAGE}/programmes", {"label": "caisse"}).content.decode()
    assert "errorlist" in again, "the same form sent twice makes one token"
    assert ShopToken.objects.count() == 1
    browser.post(f"{PAGE}/programmes/{actor.id}")
    assert authenticate(found[0]) is None
    assert browser.post(f"{PAGE}/programmes", {"label": "caisse"}).status_code == 200
    assert ShopToken.objects.count() == 2
