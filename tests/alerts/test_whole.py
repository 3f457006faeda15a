"""From the title's page to the mail and its end, with a mail server that really runs."""

import re

import pytest
from django.test import Client

from comptoir.alerts.models import Alert
from comptoir.core.db import execute
from comptoir.notifications.models import Message
from comptoir.orders.models import KnownContact
from comptoir.site import person
from tests.alerts.waiting import ADDRESS, a_minute_passes, arrives
from tests.mailserver import HERE, Mailbox, mail_server
from tests.notifications.test_jobs import work

pytestmark = pytest.mark.django_db(transaction=True)
LINK = re.compile(r"https?://[^/\s]+(/\S+)")


@pytest.fixture
def box(settings, transactional_db):
    execute("DELETE FROM procrastinate_jobs")
    with mail_server() as (found, port):
        settings.EMAIL_BACKEND = "comptoir.core.exits.mail.Gate"
        settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = HERE, port
        yield found


def read(box: Mailbox) -> tuple[str, str]:
    """Return the newest mail's subject and text, without what stands below every mail."""
    _to, mail = box.taken[-1]
    said, _below = re.split(r"\r?\n-- \r?\n", mail.get_body(("plain",)).get_content())
    return mail["Subject"], said


def ask(client: Client, ref: str, **typed: str):
    values = {"near": "Poitiers", "radius": "20", "wanted": "any", "email": ADDRESS}
    return client.post(f"/reserver/alerte/{ref}", {**values, **typed})


def test_a_reader_asks_confirms_is_told_once_and_nothing_is_kept(box, shop, title, client):
    page = client.get(f"/titre/{title.ref}").content.decode()
    assert f'href="/titre/{title.ref}/alerte"' in page
    assert client.get(f"/titre/{title.ref}/alerte").status_code == 200
    assert ADDRESS in ask(client, title.ref).content.decode()
    work()
    subject, text = read(box)
    assert "Les Introuvables" in subject
    (link,) = LINK.findall(text)

    assert client.get(link).status_code == 200
    assert Alert.objects.get().confirmed_at is None, "a mail scanner reads links"
    answer = client.post(link, {"action": "confirm"})
    assert (answer.status_code, answer.url) == (303, link)
    assert "Les Introuvables" in client.get(link).content.decode()
    assert not Message.objects.exists(), "the link's mail is no longer needed"
    assert KnownContact.objects.exists()
    assert client.cookies[person.COOKIE]["path"] == "/reserver"

    assert a_minute_passes() == 0
    arrives(title, shop)
    assert a_minute_passes() == 1
    work()
    assert len(box.taken) == 2
    to, mail = box.taken[-1]
    assert to == [ADDRESS]
    subject, text = read(box)
    assert "Les Introuvables" in subject
    assert "Librairie du Pilori, Poitiers" in text
    assert f"/titre/{title.ref}?near=Poitiers" in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip().startswith("<http")

    a_minute_passes()
    assert not Alert.objects.exists()
    assert not Message.objects.exists()
    assert client.get(link).status_code == 404

    again = ask(client, title.ref)
    assert again.status_code == 409, "it is there now"


def test_who_confirmed_in_this_browser_needs_no_second_link(box, title, shop, client):
    ask(client, title.ref)
    work()
    (link,) = LINK.findall(read(box)[1])
    client.post(link, {"action": "confirm"})
    client.post(link, {"action": "end"})
    assert not Alert.objects.exists()

    answer = ask(client, title.ref)
    assert answer.status_code == 303
    assert Alert.objects.get().confirmed_at is not None
    work()
    assert len(box.taken) == 1

    ask(Client(), title.ref)
    work()
    assert len(box.taken) == 2, "elsewhere the address is anybody's"
