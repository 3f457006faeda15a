"""Writing to a shop: it arrives, shows no address, and floods and injects nothing."""

import email
import email.policy
from itertools import count

import pytest
from django.core import mail

from comptoir.core.errors import Conflict
from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver
from comptoir.shops.operations import letters
from comptoir.shops.operations.letters import Letter, write_letter
from tests.factories import make_shop

pytestmark = pytest.mark.django_db
GOOD = {"name": "Camille Ferrand", "email": "camille@example.org", "text": "Bonjour,\n\nmerci !"}


@pytest.fixture(autouse=True)
def limited(settings):
    settings.RATE_LIMITS = True


def write(client, shop, address="198.51.100.7", **given):
    return client.post(f"/boutiques/{shop.slug}/ecrire", GOOD | given, REMOTE_ADDR=address)


def sent() -> list[email.message.EmailMessage]:
    """Deliver what is queued, and return the mails as a mail program parses them."""
    for message in Message.objects.filter(status="queued"):
        deliver(message_id=message.pk)
    policy = email.policy.default
    return [
        email.message_from_bytes(one.message().as_bytes(), policy=policy) for one in mail.outbox
    ]


def test_a_letter_reaches_the_shop_and_its_answer_the_reader(client):
    shop = make_shop(email="bonjour@example.org")
    answer = client.get(f"/boutiques/{shop.slug}/ecrire")
    assert "bonjour@example.org" not in answer.content.decode()
    assert "bonjour@example.org" not in client.get(f"/boutiques/{shop.slug}").content.decode()
    answer = write(client, shop)
    assert (answer.status_code, answer["Location"]) == (303, f"/boutiques/{shop.slug}")
    assert "Votre message est parti" in client.get(answer["Location"]).content.decode()
    (arrived,) = sent()
    assert (arrived["To"], arrived["Reply-To"]) == ("bonjour@example.org", "camille@example.org")
    body = arrived.get_body(("plain",)).get_content()
    assert "Bonjour,\n\nmerci !" in body


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "A\r\nBcc: victim@example.org"),
        ("text", "Hello\r\n.\r\nMAIL FROM:<a@b>\r\nBcc: victim@example.org"),
    ],
)
def test_nothing_that_is_typed_becomes_a_header(client, field, value):
    shop = make_shop(email="bonjour@example.org")
    assert write(client, shop, **{field: value}).status_code == 303
    (arrived,) = sent()
    assert (arrived["To"], arrived["Bcc"], arrived["Cc"]) == ("bonjour@example.org", None, None)
    assert [each.to for each in mail.outbox] == [["bonjour@example.org"]]


@pytest.mark.parametrize(
    "wrong",
    ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "", "a@b", "x" * 300],
)
def test_an_address_is_one_address(client, wrong):
    shop = make_shop()
    answer = write(client, shop, email=wrong)
    assert answer.status_code == 400
    assert "email-error" in answer.content.decode()
    assert not Message.objects.exists()


def test_an_address_that_is_missing_is_asked_for_and_not_called_wrong(client):
    page = write(client, make_shop(), email=" ").content.decode()
    assert "Indiquez votre adresse électronique." in page
    assert "Aucun courriel n’arrive" not in page


def test_every_fault_is_told_and_what_was_typed_stays(client):
    answer = write(client, make_shop(), name=" ", email="no", text="x" * 4001)
    page = answer.content.decode()
    assert [each in page for each in ("name-error", "email-error", "text-error")] == [True] * 3
    assert "x" * 4001 in page
    many = write(client, make_shop(), text=" ".join(["https://example.org"] * 4))
    assert "trois au plus" in many.content.decode()


def test_markup_is_text(client):
    write(client, make_shop(), text="<script>alert(1)</script>", name="<b>A</b>")
    (arrived,) = sent()
    html = arrived.get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_what_fills_the_hidden_field_is_thrown_away(client):
    assert write(client, make_shop(), website="https://spam.example").status_code == 303
    assert not Message.objects.exists()


def test_a_client_a_sender_and_a_shop_have_their_limits(client):
    shop, hosts = make_shop(), count(1)
    found = [write(client, make_shop()).status_code for _ in range(letters.PER_CLIENT.count + 1)]
    assert (found[-2:], found.count(303)) == ([303, 429], letters.PER_CLIENT.count)
    # From other networks, but as the same sender.
    found = [write(client, make_shop(), f"203.0.{next(hosts)}.9").status_code for _ in range(9)]
    assert found.count(303) == letters.PER_SENDER.count - letters.PER_CLIENT.count
    # From other networks and senders, to one shop.
    limit = letters.PER_SHOP.count
    found = [
        write(client, shop, f"203.0.{next(hosts)}.9", email=f"r{n}@example.org").status_code
        for n in range(limit + 2)
    ]
    assert found == [303] * limit + [429] * 2


def test_control_without_the_limits_all_arrive(client, settings):
    settings.RATE_LIMITS = False
    shop = make_shop()
    assert {write(client, shop).status_code for _ in range(12)} == {303}


def test_limits_outlive_the_process(client):
    """They are in the database: a process that has just begun counts on."""
    for _ in range(letters.PER_CLIENT.count):
        write_letter(shop=make_shop(), letter=letter(address="198.51.100.7"))
    assert write(client, make_shop()).status_code == 429


def letter(**values) -> Letter:
    return Letter(**GOOD, language="fr", **values)


def test_a_shop_without_an_address_takes_no_letters(client):
    shop = make_shop(email="")
    assert client.get(f"/boutiques/{shop.slug}/ecrire").status_code == 404
    assert (
        f"/boutiques/{shop.slug}/ecrire"
        not in client.get(f"/boutiques/{shop.slug}").content.decode()
    )
    with pytest.raises(Conflict):
        write_letter(shop=shop, letter=letter())


def test_a_form_of_another_site_is_refused():
    from django.test import Client

    shop = make_shop()
    assert write(Client(enforce_csrf_checks=True), shop).status_code == 403
    assert not Message.objects.exists()
