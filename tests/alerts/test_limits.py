"""How often one may ask, and how many mails a mailbox gets, however its address is written."""

import os
import subprocess
import sys

import pytest
from django.utils import timezone

from comptoir.alerts import operations
from comptoir.alerts.errors import TooManyAlerts
from comptoir.alerts.links import link_word
from comptoir.alerts.models import Alert
from comptoir.alerts.operations import news
from comptoir.core.db import execute
from comptoir.core.errors import Faults
from comptoir.core.limits import TooMany
from comptoir.notifications.models import Message
from comptoir.orders.contacts import mailbox
from comptoir.orders.operations import attempts, place
from comptoir.orders.operations.requests import Customer
from tests.alerts.waiting import a_minute_passes, arrives, request_for_alert, waits_for
from tests.factories import make_offer, make_product, request_for
from tests.served import address_of

pytestmark = pytest.mark.django_db(transaction=True)

VARIANTS = [
    "j.doe@gmail.com",
    "J.D.o.e@GMail.com",
    "jdoe+livres@gmail.com",
    "j.doe+a+b@googlemail.com",
    "  jdoe@googlemail.com ",
    "JDOE+1@gmail.com",
]
MORE = [
    ("camille@example.org", "Camille+x@Example.ORG"),
    ("c@xn--bcher-kva.example.org", "C+a@bücher.example.org"),
    ("c.f@proton.me", "cf+x@proton.me"),
    ("camille-books@yahoo.fr", "camille-records@yahoo.fr"),
    ("c@gmail.com", "c@gma\uff49l.com"),
]
LIMITED = 3


@pytest.fixture(autouse=True)
def limits(settings, no_jobs):
    settings.RATE_LIMITS = True
    settings.MAILS_PER_STRANGER = LIMITED
    return settings


def ask(title, email: str, **fields) -> bool:
    """Ask for an alert; return whether a link was queued."""
    try:
        operations.ask(request_for_alert(title, email=email, **fields))
    except TooMany:
        return False
    return True


def test_a_mailbox_gets_so_many_links_however_its_address_is_written(title):
    assert [ask(title, each) for each in VARIANTS] == [True] * LIMITED + [False] * 3
    assert Message.objects.count() == LIMITED
    assert ask(title, "other@gmail.com"), "another mailbox has its own"


@pytest.mark.parametrize(("one", "other"), MORE)
def test_more_variants_are_one_mailbox(title, settings, one, other):
    settings.MAILS_PER_STRANGER = 1
    assert ask(title, one)
    assert not ask(title, other)


def test_control_counted_as_they_are_written_each_variant_would_be_another(title, monkeypatch):
    monkeypatch.setattr(attempts, "recipient_key", lambda address: address.strip().lower())
    assert [ask(title, each) for each in VARIANTS].count(True) > LIMITED


def test_links_of_reservations_and_of_alerts_count_together(title):
    offer = make_offer(on_hand=50)
    customer = Customer("Jean", "jdoe@gmail.com")
    for _each in range(LIMITED - 1):
        place(request_for(offer, customer=customer))
    assert [ask(title, each) for each in VARIANTS[:2]] == [True, False]
    with pytest.raises(TooMany):
        place(request_for(offer, customer=customer))


ASKING = """
import django, sys
django.setup()
from comptoir.alerts import operations
from comptoir.alerts.operations.requests import AlertRequest
from comptoir.core.limits import TooMany
sent = 0
for email in sys.argv[2:]:
    try:
        operations.ask(
            AlertRequest(product_id=int(sys.argv[1]), email=email, near="Poitiers", radius_km=20)
        )
        sent += 1
    except TooMany:
        pass
print(sent)
"""


def in_another_process(title, *emails: str) -> subprocess.Popen:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "comptoir.config.settings",
        "DATABASE_URL": address_of(),
        "COMPTOIR_SECRET_KEY": "the same on every node",
        "COMPTOIR_MAILS_PER_STRANGER": str(LIMITED),
        "COMPTOIR_RATE_LIMITS": "1",
    }
    words = [sys.executable, "-c", ASKING, str(title.pk), *emails]
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True)


def test_the_limit_holds_across_processes_and_their_restarts(title):
    both = [in_another_process(title, *VARIANTS[:3]), in_another_process(title, *VARIANTS[3:])]
    sent = [int(process.communicate(timeout=120)[0]) for process in both]
    assert sum(sent) == LIMITED
    restarted = in_another_process(title, *VARIANTS)
    assert int(restarted.communicate(timeout=120)[0]) == 0
    assert Message.objects.count() == LIMITED
    execute("DELETE FROM core_limit")
    control = in_another_process(title, VARIANTS[0])
    assert int(control.communicate(timeout=120)[0]) == 1, "it is the count that refused"


def test_a_network_address_and_its_range_may_so_often(title, settings):
    settings.ALERTS_PER_ADDRESS, settings.ALERTS_PER_RANGE = 2, 3
    asked = [
        ask(title, f"n{number}@example.org", address=address)
        for number, address in enumerate(
            ["203.0.113.1"] * 3 + ["203.0.113.2"] * 2 + ["198.51.100.1"]
        )
    ]
    assert asked == [True, True, False, True, False, True]


def test_the_installation_sends_so_many_links_an_hour(title, settings):
    settings.ALERT_LINKS_PER_HOUR = 2
    assert [ask(title, f"n{number}@example.org") for number in range(3)] == [True, True, False]


def test_who_is_refused_by_the_mailbox_uses_up_nothing_of_the_installation(title, settings):
    settings.ALERT_LINKS_PER_HOUR = LIMITED + 1
    for each in VARIANTS:
        ask(title, each)
    assert ask(title, "other@example.org")


def test_news_to_a_mailbox_comes_in_parts_of_an_hour_whatever_comes_back(shop, settings):
    settings.MAILS_PER_STRANGER, settings.ALERT_MAILS_PER_HOUR = 100, 4
    titles = [make_product() for _each in VARIANTS]
    for title, address in zip(titles, VARIANTS, strict=True):
        waits_for(title, email=address)
    queued = []
    for title in titles:
        arrives(title, shop)
        queued.append(a_minute_passes())
        Message.objects.filter(template="alert_back").update(status="sent")
    assert queued == [1, 0, 0, 0, 0, 0]
    waiting = Alert.objects.order_by("pk")
    assert {alert.due_at > timezone.now() for alert in waiting} == {True}
    execute("UPDATE core_limit SET ends_at = now()")
    Alert.objects.update(due_at=timezone.now())
    assert a_minute_passes() == 1, "all that has come back by then is one mail"
    assert news.mails_an_hour().seconds == 900


def test_while_news_has_not_left_no_other_is_written(title, shop, settings):
    other = make_product()
    for each in (title, other):
        waits_for(each)
    arrives(title, shop)
    assert a_minute_passes() == 1
    execute("UPDATE core_limit SET ends_at = now()")
    arrives(other, shop)
    assert a_minute_passes() == 0, "its server may take both in one minute, hours later"


def test_nor_is_one_to_a_variant_of_the_address(title, shop):
    other = make_product()
    waits_for(title, email="camille@example.org")
    waits_for(other, email="camille+x@example.org")
    arrives(title, shop)
    assert a_minute_passes() == 1
    execute("UPDATE core_limit SET ends_at = now()")
    arrives(other, shop)
    assert a_minute_passes() == 0, "both would leave in the minute in which the server is back"


def test_one_person_waits_for_so_many_titles(settings):
    settings.ALERTS_PER_PERSON, settings.MAILS_PER_STRANGER = 2, 100
    for _each in range(2):
        waits_for(make_product())
    asked = operations.ask(request_for_alert(make_product()))
    with pytest.raises(TooManyAlerts):
        operations.confirm(word=link_word(asked))
    assert Alert.objects.confirmed().count() == 2


def test_a_second_alert_on_a_title_takes_the_place_of_the_first(title):
    waits_for(title, radius_km=5)
    waits_for(title, radius_km=100)
    assert [alert.radius_km for alert in Alert.objects.all()] == [100]


@pytest.mark.parametrize(
    "email",
    [
        "a@example.org\nBcc: b@example.org",
        "a@example.org\r\n\r\nBuy!",
        "a@example.org,b@example.org",
        "a@localhost",
        "a@[127.0.0.1]",
        "<a@example.org>",
        "a b@example.org",
        "",
    ],
)
def test_an_address_holds_no_second_one_and_no_header(title, email):
    with pytest.raises(Faults) as wrong:
        operations.ask(request_for_alert(title, email=email))
    assert [fault.code for fault in wrong.value.faults] == ["bad_email"]
    assert not Message.objects.exists()


def test_all_that_is_wrong_is_told_at_once(title):
    wrong = {"email": "x", "near": "Nulle-Part-sur-Rien", "radius_km": 7, "wanted": "old\n"}
    with pytest.raises(Faults) as told:
        operations.ask(request_for_alert(title, **wrong))
    codes = {fault.code for fault in told.value.faults}
    assert codes == {"bad_email", "bad_near", "bad_radius", "bad_wanted"}


def test_one_mailbox_has_one_name():
    assert {mailbox(each.strip()) for each in VARIANTS} == {"jdoe@gmail.com"}
