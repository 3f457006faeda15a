"""Webhooks at the counter, by API and from the terminal: the same verbs, each shop's own."""

import re

import pytest
from click.testing import CliRunner
from django.test import Client

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.api.routes.webhooks import PER_TOKEN
from comptoir.cli import main
from comptoir.core.errors import Conflict, Forbidden, Invalid, NotFound
from comptoir.counter.webhooks import PER_MINUTE
from comptoir.shops.models import StaffRole
from comptoir.webhooks.models import Attempt, Delivery, Endpoint
from comptoir.webhooks.operations import (
    add_endpoint,
    remove_endpoint,
    replay,
    secret_of,
    send_test,
)
from tests.api.client import Api
from tests.api.client import secret_of as token_of
from tests.factories import make_shop, make_staff
from tests.webhooks.due import send_due

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def manager(shop):
    return make_staff(shop, StaffRole.MANAGER)


@pytest.fixture
def desk(manager) -> Client:
    client = Client()
    client.force_login(manager, backend=BACKEND)
    return client


def page_of(shop, endpoint: Endpoint | None = None) -> str:
    rest = f"/{endpoint.pk}" if endpoint else ""
    return f"/comptoir/{shop.slug}/boutique/webhooks{rest}"


def test_a_manager_adds_one_and_sees_its_secret_once(desk, shop, receiver) -> None:
    told = {"url": receiver.url, "events": ["stock.changed"]}
    answer = desk.post(page_of(shop), told, follow=True)
    endpoint = Endpoint.objects.get()
    secret = secret_of(endpoint)
    assert secret in answer.content.decode()
    assert endpoint.events == ["stock.changed"]
    for page in (page_of(shop), page_of(shop, endpoint)):
        shown = desk.get(page).content.decode()
        assert secret not in shown
        assert "s3cret" not in shown
        assert "/hook" in shown


def test_buttons_do_what_they_say(desk, shop, receiver, endpoint) -> None:
    page = page_of(shop, endpoint)
    desk.post(page, {"action": "test"})
    assert send_due() == 1
    assert "200" in desk.get(page).content.decode()
    delivery = Delivery.objects.get()
    desk.post(page, {"action": "replay", "delivery": delivery.pk})
    assert send_due() == 1
    assert len(receiver.got) == 2
    desk.post(page, {"action": "pause"})
    assert Endpoint.objects.get().paused_at
    desk.post(page, {"action": "resume"})
    assert not Endpoint.objects.get().paused_at
    assert desk.post(page, {"action": "rotate"}).url == page
    assert secret_of(Endpoint.objects.get()) in desk.get(page).content.decode()
    assert secret_of(Endpoint.objects.get()) not in desk.get(page).content.decode()
    desk.post(page, {"action": "rotate"})
    assert Endpoint.objects.get().generation == 2
    desk.post(page, {"action": "remove"})
    assert not Endpoint.objects.exists()


def test_a_test_is_refused_where_nothing_is_sent(shop, endpoint) -> None:
    for moment in ("paused_at", "disabled_at"):
        Endpoint.objects.update(paused_at=None, disabled_at=None)
        Endpoint.objects.update(**{moment: "2026-01-01T00:00:00Z"})
        with pytest.raises(Conflict) as refusal:
            send_test(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
        assert refusal.value.code == "webhook_paused"
    assert not Delivery.objects.exists()


def test_who_asks_too_often_waits(desk, shop, endpoint, settings, monkeypatch) -> None:
    settings.RATE_LIMITS = True
    monkeypatch.setattr("comptoir.core.limits.time", lambda: 1_800_000_000.0)
    api, one = Api(token_of(shop)), f"/shops/{shop.siret}/webhooks/{endpoint.pk}"
    codes = [api.call("POST", one + "/test").status_code for _ in range(PER_TOKEN.count + 1)]
    assert (codes[0], codes[-2], codes[-1]) == (200, 200, 429)
    assert api.call("POST", one + "/secret").status_code == 429
    for _ in range(PER_MINUTE + 1):
        answer = desk.post(page_of(shop, endpoint), {"action": "test"})
    assert Delivery.objects.count() == PER_TOKEN.count + PER_MINUTE
    assert "trop souvent" in desk.get(answer.url).content.decode()


@pytest.mark.parametrize("sent", [{}, {"action": "replay"}, {"action": "replay", "delivery": "x"}])
def test_an_unknown_button_changes_nothing(desk, shop, endpoint, sent) -> None:
    answer = desk.post(page_of(shop, endpoint), sent, follow=True)
    assert answer.status_code == 200
    assert not Delivery.objects.exists()


def test_staff_see_and_change_nothing(shop, receiver, endpoint) -> None:
    client = Client()
    client.force_login(make_staff(shop), backend=BACKEND)
    assert "<button" not in re.sub(
        r"<header.*?</header>", "", client.get(page_of(shop, endpoint)).content.decode(), flags=re.S
    )
    client.post(page_of(shop, endpoint), {"action": "remove"})
    client.post(page_of(shop), {"url": receiver.url + "&n=2"})
    assert Endpoint.objects.count() == 1


def test_what_an_answer_said_is_escaped(desk, shop, endpoint) -> None:
    delivery = send_test(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
    Attempt.objects.create(
        delivery=delivery, milliseconds=1, status=500, note="<script>alert(1)</script>"
    )
    assert "<script>alert" not in desk.get(page_of(shop, endpoint)).content.decode()


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.org/", "https://name:word@example.org/", "nothing", "https://"),
        *("https://192.168.1.9/", "https://[fec0::1]/", "https://till.lan/"),
    ],
)
def test_an_address_that_may_not_be_asked_is_refused(shop, url) -> None:
    with pytest.raises(Invalid) as refusal:
        add_endpoint(shop=shop, url=url, events=(), actor=SYSTEM)
    assert refusal.value.code == "bad_url"


def test_limits(shop) -> None:
    for number in range(10):
        add_endpoint(shop=shop, url=f"https://example.org/{number}", events=(), actor=SYSTEM)
    with pytest.raises(Conflict) as refusal:
        add_endpoint(shop=shop, url="https://example.org/10", events=(), actor=SYSTEM)
    assert refusal.value.code == "too_many_webhooks"
    with pytest.raises(Invalid):
        add_endpoint(shop=make_shop(), url="https://example.org/", events=["x"], actor=SYSTEM)


def test_another_shops_things_do_not_exist(shop, endpoint, manager) -> None:
    delivery = send_test(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
    other = make_shop()
    stranger = make_staff(other, StaffRole.MANAGER).actor
    for where in (shop, other):
        with pytest.raises(NotFound):
            remove_endpoint(shop=where, endpoint_id=endpoint.pk, actor=stranger)
        with pytest.raises(NotFound):
            replay(shop=where, delivery_id=delivery.pk, actor=stranger)
    with pytest.raises(Forbidden):
        remove_endpoint(shop=shop, endpoint_id=endpoint.pk, actor=make_staff(shop).actor)
    assert manager.actor == Actor.user(manager.pk)


def test_the_api_does_the_same(shop, receiver) -> None:
    receiver.status = 500
    api = Api(token_of(shop))
    base = f"/shops/{shop.siret}/webhooks"
    made = api.call("POST", base, {"url": receiver.url, "events": ["order.placed"]})
    assert made.status_code == 201
    told = made.json()
    assert told["secret"] == secret_of(Endpoint.objects.get())
    assert told["url"].endswith("/hook")
    one = f"{base}/{told['id']}"
    assert "secret" not in api.call("GET", base).json()["items"][0]
    assert api.call("POST", base, {"url": receiver.url}).json()["code"] == "webhook_exists"
    assert api.call("POST", base, {"url": "http:/x"}).status_code == 422
    assert api.call("POST", one + "/test").json()["status"] == "pending"
    send_due()
    (message,) = api.call("GET", one + "/messages").json()["items"]
    assert message["attempts"][0]["status"] == 500
    assert api.call("GET", one).json()["state"] == "failing"
    receiver.status = 200
    again = f"/shops/{shop.siret}/webhook-messages/{message['id']}/replay"
    assert api.call("POST", again).json()["webhook_id"] == message["webhook_id"]
    assert send_due() == 1
    assert api.call("POST", one + "/pause").json()["state"] == "paused"
    assert api.call("POST", one + "/resume").json()["state"] == "working"
    assert api.call("POST", one + "/secret").json()["secret"] != told["secret"]
    assert Api(token_of(make_shop())).call("GET", one).status_code == 404
    assert api.call("DELETE", one).status_code == 204
    assert api.call("GET", one).status_code == 404


def test_the_log_goes_on_page_by_page(shop, endpoint) -> None:
    sent = [send_test(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM).pk for _ in range(5)]
    api, path = Api(token_of(shop)), f"/shops/{shop.siret}/webhooks/{endpoint.pk}/messages?limit=2"
    found, more = [], ""
    while True:
        page = api.call("GET", path + more).json()
        found += [item["id"] for item in page["items"]]
        if page["next_before"] is None:
            break
        more = f"&before={page['next_before']}"
    assert found == sent[::-1]


def run(*words: str) -> str:
    done = CliRunner().invoke(main, ["webhooks", *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_terminal_does_the_same(shop, receiver) -> None:
    number, secret = run("add", shop.slug, receiver.url, "--event", "stock.changed").split()
    assert secret == secret_of(Endpoint.objects.get())
    assert "working" in run("list", shop.siret)
    assert "s3cret" not in run("list", shop.slug)
    delivery = run("test", shop.slug, number).strip()
    send_due()
    assert "delivered" in run("log", shop.slug, number)
    run("replay", shop.slug, delivery)
    assert send_due() == 1
    assert "0" in run("replay", shop.slug, "--failed", number)
    run("pause", shop.slug, number)
    assert "paused" in run("list", shop.slug)
    run("pause", shop.slug, number, "--resume")
    assert run("rotate", shop.slug, number).strip() != secret
    run("remove", shop.slug, number)
    assert run("list", shop.slug) == ""
    assert CliRunner().invoke(main, ["webhooks", "remove", shop.slug, number]).exit_code == 1
