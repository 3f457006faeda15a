"""The page of the mails that the demonstration would send."""

import pytest
from django.test import Client

from comptoir.notifications.models import Message
from comptoir.notifications.operations import Draft, queue

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
    for address in ("/demo/mails", f"/demo/mails/{mail}", f"/demo/mails/{mail}/html"):
        assert client.get(address).status_code == 404


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
