"""Who lost the mail of an order gets its link by another one, and nobody learns who ordered."""

import re

import pytest
from django.test import Client

from comptoir.draws.models import Draw, DrawEntry, EntryState
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations import place
from tests.draws.world import DAY, NOW, asked, opened, person
from tests.factories import make_offer, request_for
from tests.site.flows import text
from tests.withdrawals.world import bought, delivered

pytestmark = pytest.mark.django_db
FIND = "/retrouver-ma-commande"


def mail_to(client: Client, email: str) -> Message:
    """Ask for the links of an address, and return the mail as it would leave."""
    assert client.post(FIND, {"email": email}).status_code == 200
    mail = Message.objects.filter(template="orders_found", to=email).latest("pk")
    render(mail)
    return mail


def test_a_known_address_is_answered_as_an_unknown_one(client: Client, settings):
    settings.RATE_LIMITS = True
    place(request_for(make_offer()))
    known, said = Order.objects.get().email, []
    for email in (known, "nobody.at.all@example.org"):
        page = client.post(FIND, {"email": email}).content.decode()
        page = re.sub(r'(csrfmiddlewaretoken" value)="[^"]+"', r"\1", page)
        said.append(page.replace(email, "…"))
    assert said[0] == said[1]
    mails = list(Message.objects.filter(template="orders_found").order_by("pk"))
    assert [mail.to for mail in mails] == [known, "nobody.at.all@example.org"]
    assert [known in str(mail.context) for mail in mails] == [False, False]
    # Five mails a day go to one mailbox, by this page and by that of one's data together.
    more = [client.post("/vie-privee/mes-donnees", {"email": known}).status_code for _ in range(5)]
    assert more == [200] * 4 + [429]
    assert client.post(FIND, {"email": known}).status_code == 429
    assert client.post(FIND, {"email": "no address"}).status_code == 400


@pytest.mark.parametrize("page", [FIND, "/vie-privee/mes-donnees"])
def test_what_counts_as_somebodys_address_is_written_to_as_that_address(client: Client, page):
    """The Kelvin sign is a k in lower case; and no mail goes to the server's own neighbours."""
    client.post(page, {"email": "Mi\u212ae@Example.org"})
    assert [mail.to for mail in Message.objects.all()] == ["mike@example.org"]
    for here in ("root@localhost", "root@[127.0.0.1]", "till@till.lan"):
        assert client.post(page, {"email": here}).status_code == 400
    assert Message.objects.count() == 1


def test_the_mail_leads_to_what_is_under_way_or_may_be_given_back(client: Client):
    still, past = delivered(bought(), days_ago=3), delivered(bought(), days_ago=60)
    own = place(request_for(make_offer(), trusted=True))
    over, other = (place(request_for(make_offer(), trusted=True)) for _ in range(2))
    mine = Order.objects.exclude(pk=other.pk)
    mine.update(email="ana@example.org", email_key=still.email_key)
    Order.objects.filter(pk=other.pk).update(email="luc@example.org", email_key="k")
    Order.objects.filter(pk=over.pk).update(status=OrderStatus.COLLECTED, ended_at=over.placed_at)
    mail = mail_to(client, still.email)
    for body in (mail.text, mail.html):
        named = [f"/reservation/{each.token}" in body for each in (own, still, past, over, other)]
        assert named == [True, True, False, False, False]
    nothing = mail_to(client, "nobody@example.org")
    assert "/reservation/" not in nothing.text + nothing.html
    assert FIND in nothing.text


def test_the_mail_leads_to_entries_of_draws_that_are_not_over(client: Client):
    draws = [_draw() for _ in range(5)]
    _waits, won, gone, over, foreign = entries = [person(each, "ana@example.org") for each in draws]
    unconfirmed = asked(_draw(), "ana@example.org")
    for entry, days in ((won, 1), (gone, -1)):
        entry.state, entry.offered_until = EntryState.OFFERED, NOW + days * DAY
        entry.save()
    Draw.objects.filter(pk=over.draw_id).update(ended_at=NOW)
    DrawEntry.objects.filter(pk=foreign.pk).update(key="k")
    mail = mail_to(client, "ana@example.org")
    assert mail.subject == "Vos inscriptions à des tirages"
    for body in (mail.text, mail.html):
        named = [f"/tirages/entree/{each.token}" in body for each in (*entries, unconfirmed)]
        assert named == [True, True, False, False, False, False]
        assert body.count("gagné, à prendre jusqu’au ") == 1
        assert body.count("vous participez") == 1


def _draw() -> Draw:
    return opened(make_offer(), copies=1)


def test_the_way_there_is_in_the_footer_in_an_empty_basket_and_where_a_link_leads_nowhere(client):
    link = f'href="{FIND}"'
    assert client.get("/boutiques").content.decode().count(link) == 1
    assert client.get("/panier").content.decode().count(link) == 2
    for lost in ("/reservation/abc", "/reservation/abc/def/ghi", "/reservation/groupe/abc"):
        page = client.get(lost)
        assert page.status_code == 404
        assert page.content.decode().count(link) == 2, lost
        assert "Retrouver ma commande" in text(page)
    assert client.get("/alerte/abc").content.decode().count(link) == 1
