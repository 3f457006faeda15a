"""Sign-in: a code by e-mail; no sign-up, no password, no way to learn who has an account."""

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver, note_failure, render
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


STRANGER, ELSEWHERE = "198.51.100.7", "203.0.113.5"


def ask_from(address: str, email: str) -> int:
    """Ask for a code from an address; return how many the mailbox has got."""
    assert Client(REMOTE_ADDR=address).post(ASK, {"email": email})["Location"] == CONFIRM
    return Message.objects.filter(to=email).count()


@pytest.mark.parametrize("limit", ["CODES_PER_MINUTE", "CODES_PER_HOUR"])
def test_a_stranger_who_asks_for_codes_keeps_nobody_out(staff, settings, monkeypatch, limit):
    settings.RATE_LIMITS = True
    monkeypatch.setattr(f"comptoir.counter.entry.{limit}", 2)
    told = [ask_from(f"198.51.100.{host}", staff.email) for host in range(4)]
    assert told == [1, 2, 2, 2]
    assert ask_from(ELSEWHERE, staff.email) == 3


def test_who_is_refused_by_address_uses_up_no_mailbox(staff, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr("comptoir.counter.entry.CODES_PER_ADDRESS", 1)
    monkeypatch.setattr("comptoir.counter.entry.CODES_PER_HOUR", 2)
    assert [ask_from(STRANGER, staff.email) for _each in range(4)] == [1, 1, 1, 1]
    assert ask_from("198.51.100.8", staff.email) == 2


def test_a_mailbox_gets_so_many_codes_from_wherever(staff, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr("comptoir.counter.entry.CODES_PER_MAILBOX", 2)
    told = [ask_from(f"203.0.{network}.5", staff.email) for network in range(3)]
    assert told == [1, 2, 2]


def test_of_ipv6_a_whole_64_is_one_address(staff, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr("comptoir.counter.entry.CODES_PER_ADDRESS", 1)
    assert [ask_from(f"2001:db8::{host}", staff.email) for host in "12"] == [1, 1]
    assert ask_from("2001:db8:0:1::1", staff.email) == 2


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


def state_of(client: Client) -> str:
    """Return what the page that asks for the code says of its mail, and the part that follows."""
    page, part = client.get(CONFIRM).content.decode(), client.get("/compte/code/etat")
    (said,) = re.findall(r'id="code-state".*?<p>(.*?)</p>', part.content.decode(), re.DOTALL)
    assert said in page
    assert ("hx-get" in part.content.decode()) is ("part…" in said or "de nouveau" in said)
    return said


def send_or_fail(error: Exception | None) -> None:
    """Do what the job of the newest mail does, with a mail server that raises this."""
    key = Message.objects.latest("pk").pk
    if error is None:
        deliver(message_id=key)
    else:
        note_failure(message_id=key, error=error, is_last=False)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (None, "Le courriel est parti."),
        (ConnectionRefusedError("refused"), "ne peut pas être joint"),
        (SMTPRecipientsRefused({"a": (550, b"5.1.1 unknown")}), "n’existe pas"),
    ],
)
def test_the_page_says_that_the_code_left_when_it_has_left(client, staff, error, says):
    client.post(ASK, {"email": staff.email})
    assert "en train de partir" in state_of(client) or "part…" in state_of(client)
    assert says not in state_of(client)
    send_or_fail(error)
    assert says in state_of(client)


@pytest.mark.parametrize("error", [None, ConnectionRefusedError("refused")])
def test_an_unknown_address_is_told_the_same(staff, error):
    said = []
    for email in (staff.email, "personne@example.org"):
        client = Client()
        client.post(ASK, {"email": email})
        before = state_of(client)
        send_or_fail(error)
        after = state_of(client)
        client.post(CONFIRM, {"action": "resend"})
        said.append((before, after, state_of(client)))
    assert said[0] == said[1]
    assert len(set(said[0])) == 2
    assert [sent.to for sent in mail.outbox] == ([[staff.email]] if error is None else [])
    assert not Message.objects.filter(to="personne@example.org").exists()


def test_a_code_that_is_not_sent_is_not_said_to_be(staff, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr("comptoir.counter.entry.CODES_PER_HOUR", 1)
    for email in (staff.email, "personne@example.org"):
        first, second = Client(), Client()
        for client in (first, second):
            client.post(ASK, {"email": email})
        assert "Trop de codes" not in state_of(first)
        assert "Trop de codes" in state_of(second)


def test_a_code_that_is_no_longer_good_does_not_leave(client, staff):
    client.post(ASK, {"email": staff.email})
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    deliver(message_id=Message.objects.get().pk)
    assert not mail.outbox
    assert Message.objects.get().reason == "too_late"
