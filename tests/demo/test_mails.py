"""The page of the mails that the demonstration would send."""

import pytest
from django.test import Client

from comptoir.notifications.models import Message
from comptoir.notifications.operations import Draft, deliver, queue
from comptoir.orders.operations import place
from tests.alerts.waiting import waits_for
from tests.factories import make_offer, make_product, request_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail() -> int:
    draft = Draft(
        to="camille@lecture.example",
        language="fr",
        template="sign_in_code",
        context={"code": "ABC123"},
    )
    queue([draft])
    return Message.objects.get().pk


def test_there_is_no_such_page_outside_the_demonstration(client: Client, mail: int) -> None:
    for address in ("caisse.csv", "mails", f"mails/{mail}", f"mails/{mail}/html"):
        assert client.get(f"/demo/{address}").status_code == 404


def test_mails_can_be_read_before_a_job_renders_them(client: Client, mail: int, settings) -> None:
    settings.DEMO = True
    page = client.get("/demo/mails").content.decode()
    assert f"/demo/mails/{mail}" in page
    assert "camille@lecture.example" in page
    assert "ABC123" in client.get(f"/demo/mails/{mail}").content.decode()


def test_the_html_of_a_mail_may_do_nothing(client: Client, mail: int, settings) -> None:
    settings.DEMO = True
    page = client.get(f"/demo/mails/{mail}")
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    framed = client.get(f"/demo/mails/{mail}/html")
    assert "ABC123" in framed.content.decode()
    policy = framed["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert client.post(f"/demo/mails/{mail}").status_code == 405


def test_a_mail_that_has_left_can_be_read(client: Client, db, settings) -> None:
    settings.DEMO = True
    order = place(request_for(make_offer(), trusted=True))
    key = Message.objects.get().pk
    deliver(message_id=key)
    for address in (f"/demo/mails/{key}", f"/demo/mails/{key}/html"):
        answer = client.get(address)
        assert answer.status_code == 200
    shown = client.get(f"/demo/mails/{key}/html").content.decode()
    assert order.shop.name in shown
    assert "data:image/png;base64," in shown
    Message.objects.update(context={})
    lost = client.get(f"/demo/mails/{key}/html").content.decode()
    assert order.shop.name in lost
    assert "cid:" not in shown + lost, "the policy blocks it"


def test_a_mail_that_is_no_longer_true_breaks_no_page(client: Client, db, settings) -> None:
    settings.DEMO = True
    alert = waits_for(make_product())
    queue([Draft(alert.email, "fr", "alert_back", {"alerts": [alert.pk]})])
    key = Message.objects.get(template="alert_back").pk
    # Nor does a secret one whose time was over: nothing is kept of it.
    queue([Draft("ana@example.org", "fr", "orders_found", {"key": "k"}, secret=True)])
    Message.objects.filter(secret=True).update(status="failed", context={})
    lost = Message.objects.get(secret=True).pk
    for address in (f"/demo/mails/{lost}", f"/demo/mails/{lost}/html"):
        assert client.get(address).status_code == 200
    for address in ("/demo/mails", f"/demo/mails/{key}", f"/demo/mails/{key}/html"):
        assert client.get(address).status_code == 200
    for address in ("/demo/mails", f"/demo/mails/{key}"):
        assert "Un courriel qui n’est pas parti" in client.get(address).content.decode()
