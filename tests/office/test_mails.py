"""The office shows which mails have not left, to whoever runs the installation, and sends them."""

from pathlib import Path
from smtplib import SMTPRecipientsRefused

import pytest
from django.test import Client

import comptoir.office
from comptoir.accounts.models import User
from comptoir.notifications.models import Message
from comptoir.notifications.operations import note_failure
from comptoir.office.mails import NAMES
from comptoir.shops.models import StaffRole
from tests.browsers import browser_of
from tests.factories import make_operator, make_shop, make_staff
from tests.mailserver import queue_one

pytestmark = pytest.mark.django_db
PAGE = "/bureau/courriels"
REFUSED = SMTPRecipientsRefused({"a": (550, b"5.1.1 <ana@example.org> unknown")})


@pytest.fixture
def office() -> Client:
    return browser_of(make_operator())


@pytest.fixture
def refused() -> int:
    key = queue_one()
    note_failure(message_id=key, error=REFUSED, is_last=False)
    return key


def test_it_is_not_there_for_a_manager_nor_for_strangers(refused):
    manager = browser_of(make_staff(make_shop(), StaffRole.MANAGER))
    for method in ("get", "post"):
        assert getattr(manager, method)(PAGE, {"all": "1"}).status_code == 404
        assert getattr(Client(), method)(PAGE, {"all": "1"})["Location"].startswith("/compte/")
    assert Message.objects.get().status == "failed"


def test_it_says_why_and_neither_the_mail_nor_its_address(office, refused):
    page = office.get(PAGE).content.decode()
    assert "n’existe pas" in page
    assert "5.1.1" in page
    assert "Un code de connexion" in page
    assert "a…@example.org" in page
    assert "ana@" not in page
    assert "KX4T9B" not in page


def test_a_tap_sends_one_again_or_all(office, refused):
    for sent in ({"mail": str(refused)}, {"all": "1"}):
        page = office.post(PAGE, sent, follow=True).content.decode()
        assert "1 courriel est renvoyé" in page
        assert Message.objects.get().status == "queued"
        note_failure(message_id=refused, error=REFUSED, is_last=False)
    assert (
        "ne peut pas être renvoyé" in office.post(PAGE, {"mail": "x"}, follow=True).content.decode()
    )


def test_nothing_to_show(office):
    assert "Tous les courriels sont partis" in office.get(PAGE).content.decode()


def test_the_counter_leads_there_whoever_may(office):
    assert PAGE in office.get("/comptoir/").content.decode()
    nobody = browser_of(User.objects.create_user("x@example.org"))
    assert PAGE not in nobody.get("/comptoir/").content.decode()


def test_every_mail_has_a_name_in_words():
    package = Path(comptoir.office.__file__).parent.parent
    bases = {"order_base", "post_base", "group_base", "group_posted_base", "draw_base"}
    found = {path.stem for path in package.glob("*/templates/notifications/*.txt")} - bases
    assert found == NAMES.keys()
