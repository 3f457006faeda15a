"""A form that is flooded, in a real browser: the work that it does by itself, and the wait."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.alerts.models import Alert
from comptoir.core.flood import gauge as gauges
from comptoir.core.flood import tickets
from comptoir.core.flood.gauge import Form
from comptoir.core.limits import key_of
from comptoir.core.models import LimitCount
from tests.site.conftest import make_street

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def street(live_server, settings):
    settings.RATE_LIMITS = True
    until = timezone.now() + timedelta(minutes=10)
    LimitCount.objects.create(key=key_of("flooded", Form.ALERT), ends_at=until, spent=1)
    gauges.gauge.learn(gauges.time())
    return make_street()


def ask(page, street) -> None:
    page.goto(f"/titre/{street.nowhere.ref}/alerte?near=Poitiers")
    page.get_by_label("Près de").fill("Poitiers")
    page.get_by_label("Adresse électronique").fill("camille@example.org")
    page.get_by_role("button", name="Me prévenir par un courriel").click()
    page.get_by_role("heading", name="Un instant, s’il vous plaît").wait_for()


def test_the_browser_does_the_work_and_sends_what_was_typed(page, street, look):
    page.route("**/proof*.js", lambda route: route.abort())
    ask(page, street)
    look("waits")
    page.get_by_role("button", name="Envoyer").press("Enter")
    page.get_by_text("C’était un peu tôt").wait_for()
    look("early")
    page.unroute("**/proof*.js")
    page.get_by_role("button", name="Envoyer").press("Enter")
    page.get_by_role("heading", name="Un courriel est en route").wait_for()
    assert Alert.objects.get().email == "camille@example.org"
    assert not any(look.found.values()), look.found
    assert not page.faults


def test_without_javascript_one_waits_and_presses(plain_page, street, monkeypatch):
    ask(plain_page, street)
    assert not Alert.objects.exists()
    real = tickets.time
    monkeypatch.setattr(tickets, "time", lambda: real() + tickets.WAIT)
    plain_page.get_by_role("button", name="Envoyer").click()
    plain_page.get_by_role("heading", name="Un courriel est en route").wait_for()
    assert Alert.objects.get().email == "camille@example.org"


@pytest.mark.parametrize(
    ("reckoned", "says", "button"),
    [
        ("new Promise(() => {})", "Votre appareil y travaille", 0),
        ("Promise.reject(new Error())", "Le formulaire part tout seul à la fin de l’attente", 1),
    ],
)
def test_there_is_a_button_only_where_nothing_is_reckoned(
    page, street, look, reckoned, says, button
):
    page.add_init_script(f"SubtleCrypto.prototype.deriveBits = () => {reckoned}")
    ask(page, street)
    page.get_by_text(says).wait_for()
    assert page.get_by_role("button", name="Envoyer").count() == button
    look("works")
    assert not any(look.found.values()), look.found
