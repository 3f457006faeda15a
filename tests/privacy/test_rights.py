"""A person gets and erases what is kept of them, by a link to their address and nothing else."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.accounts.models import User
from comptoir.alerts.models import Alert
from comptoir.core.console import discreet
from comptoir.notifications.models import Message
from comptoir.notifications.operations.letters import letter
from comptoir.orders.models import KnownContact, Order
from comptoir.withdrawals.models import Withdrawal
from tests.privacy.links import rights_word
from tests.privacy.person import EMAIL, NAME, PHONE, STREET, seed

pytestmark = pytest.mark.django_db
ASK = "/vie-privee/mes-donnees"


def text(answer) -> str:
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


def test_a_known_address_is_answered_as_an_unknown_one(client: Client):
    seed()
    Message.objects.all().delete()
    said = []
    for email in (EMAIL, "nobody.at.all@example.org"):
        answer = client.post(ASK, {"email": email})
        page = re.sub(r'(csrfmiddlewaretoken" value)="[^"]+"', r"\1", text(answer))
        said.append((answer.status_code, page.replace(email, "…")))
    assert said[0] == said[1]
    assert [each.to for each in Message.objects.order_by("pk")] == [
        EMAIL,
        "nobody.at.all@example.org",
    ]


def test_one_mailbox_gets_few_of_them(client: Client, settings):
    settings.RATE_LIMITS = True
    codes = [client.post(ASK, {"email": EMAIL}).status_code for _ in range(7)]
    assert codes == [200] * 5 + [429] * 2
    assert client.post(ASK, {"email": "no address"}).status_code == 400


def test_the_link_names_nobody_and_is_in_no_log(client: Client):
    word = rights_word(EMAIL)
    mail = letter(Message.objects.get(), None)
    assert f"{ASK}/{word}" in mail.body
    assert EMAIL not in word
    assert word not in discreet(f"GET {ASK}/{word}/effacer")


def test_a_link_of_others_or_of_yesterday_shows_nothing(client: Client):
    word = rights_word(EMAIL)
    assert client.get(f"{ASK}/{word}").status_code == 200
    assert client.get(f"{ASK}/{'x' + word[1:]}").status_code == 404
    Message.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    for page in ("", "/effacer", "/donnees.json", "/donnees.html"):
        assert client.get(f"{ASK}/{word}{page}").status_code == 404


def test_all_of_it_is_told_on_the_page_and_in_both_files(client: Client):
    seed()
    word = rights_word(EMAIL)
    page = text(client.get(f"{ASK}/{word}"))
    file = client.get(f"{ASK}/{word}/donnees.html")
    data = client.get(f"{ASK}/{word}/donnees.json")
    assert file.streaming
    assert data.streaming
    written = text(data)
    for each in (page, text(file), written):
        for said in (NAME, EMAIL, PHONE, STREET, "1001", "1002", "1003"):
            assert said in each
    read = json.loads(written)
    assert read["address"] == EMAIL
    assert all(set(part) == {"title", "stays", "rows"} for part in read["kept"])


def test_what_may_go_goes_and_what_stays_says_why(client: Client):
    seeded = seed()
    still_open = seeded.order("1004", status="placed", ended_at=None)
    word = rights_word(EMAIL)
    asked = text(client.get(f"{ASK}/{word}/effacer"))
    assert Order.objects.get(code="1001").name == NAME, "to look erases nothing"
    assert "annulez-la" in asked
    done = client.post(f"{ASK}/{word}/effacer")
    assert done.status_code == 200
    assert Order.objects.get(code="1001").name == ""
    assert not Alert.objects.exists()
    assert not KnownContact.objects.exists()
    assert not User.objects.exists()
    assert Order.objects.get(pk=still_open.pk).name == NAME
    # What is on its way back is found by what its reader wrote, until it is settled.
    assert Withdrawal.objects.get().proof
    assert "retrouve votre colis" in asked
    Withdrawal.objects.update(ended_at=timezone.now())
    client.post(f"{ASK}/{word}/effacer")
    assert Withdrawal.objects.get().proof == ""
    # Posted today: it can still be taken back.
    assert Order.objects.get(code="1002").name == NAME
    assert "annulez-la" in text(done)


def test_another_person_s_data_are_neither_told_nor_erased(client: Client):
    seed()
    word = rights_word("somebody.else@example.org")
    page = text(client.get(f"{ASK}/{word}"))
    assert NAME not in page
    assert client.post(f"{ASK}/{word}/effacer").status_code == 200
    assert Order.objects.get(code="1001").name == NAME


def test_the_privacy_page_shows_the_table_and_the_way_here(client: Client):
    page = text(client.get("/vie-privee"))
    assert ASK in page
    assert "sauvegardes" in page
    assert page.count("<tr>") > 30
