"""Sign-in: a code by e-mail; no sign-up, no password, no way to learn who has an account."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from tests.factories import make_shop, make_staff

ASK = "/compte/code/"
CONFIRM = "/compte/code/confirmer/"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def staff(db):
    return make_staff(make_shop(slug="pilori"))


def code_sent_to(user) -> str:
    return (
        Message.objects.filter(to=user.email, template="sign_in_code").latest("pk").context["code"]
    )


def test_a_code_by_mail_signs_in(client, staff):
    page = client.get("/comptoir/pilori/", follow=True)
    assert 'name="email"' in page.content.decode()
    client.post(f"{ASK}?next=/comptoir/pilori/", {"email": staff.email.upper()})
    before = client.session.session_key
    response = client.post(f"{CONFIRM}?next=/comptoir/pilori/", {"code": code_sent_to(staff)})
    assert response["Location"] == "/comptoir/pilori/"
    assert client.session["_auth_user_id"] == str(staff.pk)
    assert client.session.session_key != before


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_mail_reads_in_both_languages(client, staff, language):
    client.post(ASK, {"email": staff.email}, headers={"Accept-Language": language})
    message = Message.objects.get()
    render(message)
    code = code_sent_to(staff)
    assert message.language == language
    assert code in message.subject
    assert code in message.text
    assert code in message.html
    assert ("comptoir" in message.text) is (language == "fr")


def test_a_wrong_code_is_refused_and_the_third_ends_it(client, staff):
    client.post(ASK, {"email": staff.email})
    right = code_sent_to(staff)
    for _ in range(3):
        client.post(CONFIRM, {"code": "BBBB-BBBB"})
    client.post(CONFIRM, {"code": right})
    assert "_auth_user_id" not in client.session


def test_an_unknown_address_sees_the_same_page_and_gets_no_mail(client, staff):
    known = Client().post(ASK, {"email": staff.email})
    unknown = client.post(ASK, {"email": "personne@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert client.get(CONFIRM).status_code == 200
    assert not Message.objects.filter(to="personne@example.org").exists()


def test_a_mailbox_gets_so_many_codes_and_the_page_does_not_tell(staff, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr("comptoir.counter.entry.CODES_PER_HOUR", 2)
    answers = [Client().post(ASK, {"email": staff.email}) for _each in range(3)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, CONFIRM)}
    assert Message.objects.filter(to=staff.email).count() == 2


def test_somebody_who_left_does_not_come_in(client, staff):
    client.post(ASK, {"email": staff.email})
    staff.is_active = False
    staff.save()
    client.post(CONFIRM, {"code": code_sent_to(staff)})
    assert "_auth_user_id" not in client.session


def test_codes_are_rationed(staff):
    for _ in range(5):
        Client().post(ASK, {"email": staff.email})
    assert Message.objects.count() == 3


@pytest.mark.parametrize(
    "name", ["account_signup", "account_set_password", "account_reset_password", "account_email"]
)
def test_there_is_no_sign_up_and_no_password(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_signing_out_ends_the_session(client, staff):
    client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/compte/sortie/").status_code == 200
    client.post("/compte/sortie/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path",
    [
        "/compte/securite/",
        "/compte/securite/webauthn/",
        "/compte/securite/webauthn/add/",
        "/compte/securite/totp/activate/",
    ],
)
def test_passkeys_and_second_factors_can_be_set_up(client, staff, path):
    client.post(ASK, {"email": staff.email})
    client.post(CONFIRM, {"code": code_sent_to(staff)})
    page = client.get(path)
    assert page.status_code == 200
    assert 'class="account"' in page.content.decode()
    assert not re.search(r"<script(?![^>]*(?:src=|application/json))", page.content.decode())
