"""Forms that the loop reads by itself, just after others were refused the same (`serve.forms`)."""

import asyncio
from contextlib import nullcontext

import pytest
from django.db.models import F
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.flood.gauge import Form, gauge
from comptoir.networks.portal import portal_of, shown_as
from comptoir.orders.contacts import contact_key
from comptoir.orders.models import Order
from comptoir.orders.operations import known_contacts
from comptoir.orders.persons.mark import key_in, word_of
from comptoir.serve import forms
from comptoir.serve.gateway import Gateway
from comptoir.serve.turns import OneByOne
from comptoir.shops.choice import portals
from comptoir.shops.operations.memberships import join_network
from comptoir.site import person
from comptoir.site.answers import refusals
from comptoir.site.answers.later import Later
from comptoir.stock.models import Offer
from tests.factories import make_network
from tests.loops import run
from tests.serve.reader import PATH, Reader, Sent, compared, said, sold
from tests.serve.test_gateway import Headers, scope
from tests.serve.test_orders import counted, risen

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unlimited")]


@pytest.fixture
def refused(reader, offer, monkeypatch) -> Reader:
    """A reader of a form that two others have just been refused: one saw the page drawn, one was
    told by it."""
    monkeypatch.setattr(refusals, "KEPT_SECONDS", 3600.0)
    monkeypatch.setattr(refusals, "WORN_SECONDS", 3600.0)
    monkeypatch.setattr(portals, "KEPT_SECONDS", 3600.0)
    sold(monkeypatch, offer)
    reader.send({"name": "Who was there first"})
    reader.send({"name": "Who was there before"})
    return reader


def by_a_thread(monkeypatch) -> None:
    monkeypatch.setattr(forms, "leaves", lambda _environ, _later: False)


def test_who_is_refused_as_others_just_were_is_told_so_without_a_second_look(
    refused, monkeypatch, caplog
) -> None:
    """The page was drawn for somebody else; the third like this is read by the loop, and the site
    is not asked. The controls: read by a thread, and by one that waits, it is told the same."""
    told = []
    for asked, thread, waits in ((0, False, False), (1, True, False), (1, True, True)):
        with monkeypatch.context() as without:
            if thread:
                by_a_thread(without)
            if waits:
                without.setattr(Later, "of", staticmethod(lambda _request: None))
            caplog.clear()
            start, before = counted(), refused.asked
            answer = refused.send({"name": f"Camille {'AB'[waits]}"})
            lines = [(each.name, each.getMessage()) for each in caplog.records]
            status, headers, body = compared(answer)
            # A page that is drawn renews the browser's CSRF cookie, which it has.
            headers = [x for x in headers if x[0] != "Vary" and "csrftoken" not in x[1]]
            told.append((status, headers, body, risen(start), lines))
            assert refused.asked == before + asked
            (length,) = said(answer, "Content-Length")
            assert int(length) == len(answer[2]) > 5_000
            assert len(said(answer, "X-Request-ID")) == 1
    assert told[0] == told[1] == told[2]
    assert told[0][0] == 409
    assert "basket" not in str(told[0][1])


EXCEPTIONS = {
    # What somebody sends just after others were refused: what is typed, headers, the status.
    "nothing in the name": ({"name": ""}, {}, 400),
    "a robot": ({"website": "x"}, {}, 302),
    "altered": ({"form": "x"}, {}, 302),
    "CSRF refused": ({"csrfmiddlewaretoken": "x" * 64}, {}, 403),
    "a foreign host": ({}, {"host": "evil.example"}, 404),
    "NUL": ({"name": "\0"}, {}, 400),
    "too long": ({"note": "x" * 4096}, {}, 409),
    "another language": ({}, {"accept_language": "en"}, 409),
    "a cookie of a session": ({}, {"cookie": "sessionid=x; csrftoken={token}"}, 409),
}


@pytest.mark.parametrize("case", EXCEPTIONS)
def test_whatever_else_may_have_to_be_said_the_site_says(refused, monkeypatch, caplog, case):
    typed, headers, status = EXCEPTIONS[case]
    if "cookie" in headers:
        token = refused._browser.cookies["csrftoken"].value
        headers = {"cookie": headers["cookie"].format(token=token)}
    told = []
    for way in ("loop", "thread"):
        with monkeypatch.context() as without:
            if way == "thread":
                by_a_thread(without)
            refusals.pages._kept.clear()
            caplog.clear()
            start, before = counted(), refused.asked
            answer = compared(refused.send(typed, **headers))
            lines = [(each.name, each.getMessage()) for each in caplog.records]
            told.append((answer, risen(start), lines))
            assert refused.asked > before
    assert told[0] == told[1]
    assert told[0][0][0] == status


def test_who_comes_after_refusals_and_finds_a_copy_is_led_to_the_order(refused, offer):
    Offer.objects.filter(pk=offer.pk).update(on_hand=F("held") + 1)
    before = refused.asked
    answer = refused.send({"name": "Who was lucky"})
    order = Order.objects.get()
    assert (answer[0], said(answer, "Location")) == (303, [f"/reservation/{order.token}"])
    assert refused.asked == before + 1
    assert said(refused.send({"name": "Who was lucky"}), "Location") == said(answer, "Location")


@pytest.mark.parametrize(
    ("turns", "order"),
    [(OneByOne, "search form form form"), (nullcontext, "form form form search")],
)
def test_who_looks_something_up_is_not_behind_all_forms(reader, monkeypatch, turns, order):
    """The control: without turns, whoever comes last is last."""
    done: list[str] = []

    async def asked(*_environ_and_who):
        done.append("search")
        return 200, [], b""

    def leaves(_environ, _later) -> bool:
        done.append("form")
        raise RuntimeError("that will do")

    monkeypatch.setattr(forms, "leaves", leaves)
    monkeypatch.setattr(Gateway, "_in_thread", asked)
    reader.gateway._orders.forms = turns()

    async def all_at_once():
        headers, body = reader.filled()
        more = {"method": "POST", "headers": headers, "query_string": ""}
        search = scope("/recherche", method="GET", headers=Headers([]), query_string="q=mer")
        sent = [
            reader.gateway.__rsgi__(scope(PATH, f"198.51.100.{n}:99", **more), Sent(body))
            for n in range(3)
        ]
        await asyncio.gather(
            *sent, reader.gateway.__rsgi__(search, Sent(b"")), return_exceptions=True
        )

    run(all_at_once())
    assert " ".join(done) == order


@pytest.mark.parametrize(
    ("senders", "read", "threads"), [("1112", "12", 2), ("1234, the control", "1234", 0)]
)
def test_who_sends_many_forms_has_one_at_a_time_before_everybody_elses(
    reader, monkeypatch, senders, read, threads
):
    """The others wait in the sender's own line for a thread (`serve.turns`)."""
    done: list[str] = []

    def leaves(environ, _later) -> bool:
        done.append(environ["REMOTE_ADDR"][-1])
        raise RuntimeError("that will do")

    async def in_thread(*_environ_and_who):
        done.append("thread")
        return 200, [], b""

    monkeypatch.setattr(forms, "leaves", leaves)
    monkeypatch.setattr(Gateway, "_in_thread", in_thread)

    async def all_at_once():
        headers, body = reader.filled()
        more = {"method": "POST", "headers": headers, "query_string": ""}
        sent = [
            reader.gateway.__rsgi__(scope(PATH, f"198.51.100.{n}:99", **more), Sent(body))
            for n in senders.partition(",")[0]
        ]
        await asyncio.gather(*sent, return_exceptions=True)

    run(all_at_once())
    assert sorted(done) == [*read, *["thread"] * threads]


def test_a_flooded_form_is_asked_for_a_proof_by_the_site_and_counted_once(refused, settings):
    settings.RATE_LIMITS, settings.FLOOD_PER_MINUTE = True, 1000
    gauge.forget()
    assert refused.send({"name": "Who is counted"})[0] == 409
    assert gauge._counted == {Form.RESERVATION: 1}
    gauge._until = {Form.RESERVATION: 4_000_000_000.0}
    assert refused.send({"name": "Who is asked"})[0] == 429
    gauge.forget()


def test_what_breaks_the_loops_reading_is_logged_and_answered_by_the_site(
    refused, monkeypatch, caplog
):
    def broken(*_request_and_later):
        raise RuntimeError("unheard of")

    monkeypatch.setattr(forms, "_leaves", broken)
    before = refused.asked
    assert refused.send({"name": "Who is answered"})[0] == 409
    assert refused.asked == before + 1
    assert "unheard of" in caplog.text


@pytest.mark.parametrize("waits", ["the loop", "a thread, the control"])
def test_the_mark_that_an_order_under_a_portal_renews_is_good_there(
    reader, offer, monkeypatch, waits
):
    """Written once the order is placed, where no request is under way any more."""
    if waits != "the loop":
        monkeypatch.setattr(Later, "of", staticmethod(lambda _request: None))
    network = make_network(host="nord.example")
    join_network(shop=offer.shop, network=network, actor=SYSTEM)
    portals.forget()
    known_contacts.remember(contact_key("camille@example.org"), timezone.now())
    with shown_as(portal_of(network)):
        reader._browser.cookies[person.COOKIE] = word_of("camille@example.org")
        answer = reader.send(host="nord.example")
        (mark,) = (x for x in said(answer, "Set-Cookie") if person.COOKIE in x)
        word = mark.partition("=")[2].partition(";")[0]
        assert key_in(word) == contact_key("camille@example.org")
    assert Order.objects.get().verified
