"""Messages of a network to its members: at their counters until read, by mail, reminded of once."""

from datetime import timedelta

import lxml.html
import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import AuditEntry
from comptoir.core.errors import Conflict, Faults, Forbidden, NotFound
from comptoir.core.limits import TooMany
from comptoir.networks.models import NetworkRole
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.shops.circulars.reads import reached, sent_circular, unread
from comptoir.shops.models import Circular, StaffRole
from comptoir.shops.operations.circulars import (
    erase_circulars,
    read_circular,
    remind_of_circular,
    send_circular,
    take_circulars_by_mail,
)
from comptoir.shops.operations.memberships import join_network
from tests.browsers import browser_of
from tests.factories import make_coordinator, make_network, make_shop, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def network():
    return make_network(slug="ouest")


@pytest.fixture
def coordinator(network):
    return make_coordinator(network)


@pytest.fixture
def shops(network):
    made = [make_shop(), make_shop(), make_shop()]
    for shop in made:
        join_network(shop=shop, network=network, actor=SYSTEM)
    return made


def send(network, actor, **more):
    said = {"title": "Règles", "body": "Dès **vendredi**."} | more
    return send_circular(network=network, actor=actor, now=timezone.now(), **said)


def copy_of(circular, shop):
    return circular.copies.get(shop=shop)


def test_who_has_read_it_is_seen_and_who_has_not_is_reminded_once(network, coordinator, shops):
    actor, now = coordinator.actor, timezone.now()
    staff = make_staff(shops[0])
    owners = [make_staff(shop, StaffRole.MANAGER) for shop in shops]
    sent = send(network, actor)
    assert {mail.to for mail in Message.objects.all()} == {owner.email for owner in owners}
    read_circular(shop=shops[0], copy_id=copy_of(sent, shops[0]).pk, actor=staff.actor, now=now)
    read_circular(
        shop=shops[0],
        copy_id=copy_of(sent, shops[0]).pk,
        actor=staff.actor,
        now=now + timedelta(days=1),
    )
    rows = {row.shop.pk: row.readings for row in reached(sent)}
    assert rows == {shops[0].pk: ((str(staff), now),), shops[1].pk: (), shops[2].pk: ()}
    found = sent_circular(network, sent.pk, actor)
    assert (found.shops, found.reached) == (3, 1)
    Message.objects.all().delete()
    assert remind_of_circular(network=network, circular_id=sent.pk, actor=actor, now=now) == 2
    assert {mail.to for mail in Message.objects.all()} == {owners[1].email, owners[2].email}
    with pytest.raises(Conflict):
        remind_of_circular(network=network, circular_id=sent.pk, actor=actor, now=now)
    deeds = AuditEntry.objects.filter(network_id=network.pk).values_list("deed", flat=True)
    assert {"sent_circular", "reminded_of_circular"} <= set(deeds)


def test_only_coordinators_send_and_see_who_read(network, shops):
    editor = make_coordinator(network, NetworkRole.EDITOR).actor
    stranger = make_coordinator(make_network()).actor
    sent = send(network, SYSTEM)
    for actor, error in (
        (editor, Forbidden),
        (stranger, NotFound),
        (make_staff(shops[0], StaffRole.MANAGER).actor, NotFound),
    ):
        with pytest.raises(error):
            send(network, actor)
        with pytest.raises(error):
            sent_circular(network, sent.pk, actor)
        with pytest.raises(error):
            remind_of_circular(
                network=network, circular_id=sent.pk, actor=actor, now=timezone.now()
            )
    assert Circular.objects.count() == 1


def test_chosen_shops_of_the_network_alone_get_it(network, coordinator, shops):
    outside = make_shop()
    sent = send(network, coordinator.actor, shop_ids=[shops[1].pk, outside.pk])
    assert [copy.shop for copy in sent.copies.all()] == [shops[1]]
    with pytest.raises(Faults) as refused:
        send(network, coordinator.actor, shop_ids=[outside.pk], title="")
    told = [fault.data["field"] for fault in refused.value.faults]
    assert told == ["title", "shops"]


def test_another_shops_copy_is_not_there(network, shops):
    sent = send(network, SYSTEM)
    staff = make_staff(shops[0])
    with pytest.raises(NotFound):
        read_circular(
            shop=shops[0],
            copy_id=copy_of(sent, shops[1]).pk,
            actor=staff.actor,
            now=timezone.now(),
        )
    assert not copy_of(sent, shops[1]).readings.exists()


def test_a_shop_turns_the_mail_off_and_keeps_the_note(network, shops):
    owner, staff = make_staff(shops[0], StaffRole.MANAGER), make_staff(shops[0])
    with pytest.raises(Forbidden):
        take_circulars_by_mail(shop=shops[0], by_mail=False, actor=staff.actor, now=timezone.now())
    now = timezone.now()
    take_circulars_by_mail(shop=shops[0], by_mail=False, actor=owner.actor, now=now)
    send(network, SYSTEM)
    assert not Message.objects.exists()
    assert len(unread(shops[0], staff.actor)) == 1


def test_who_owns_several_shops_gets_one_mail(network, shops):
    owner = make_staff(shops[0], StaffRole.MANAGER)
    shops[1].staff.create(user=owner, role=StaffRole.MANAGER)
    send(network, SYSTEM)
    assert [mail.to for mail in Message.objects.all()] == [owner.email]


def test_the_mail_says_it_and_leads_to_the_counter(network, shops):
    make_staff(shops[0], StaffRole.MANAGER)
    sent = send(network, SYSTEM, body="Dès **vendredi**. <script>alert(1)</script>")
    mail = Message.objects.get()
    render(mail)
    assert mail.subject == f"{network.name} – Règles"
    assert f"/comptoir/{shops[0].slug}/messages" in mail.text
    assert "<strong>vendredi</strong>" in mail.html
    assert "<script>" not in mail.html
    assert sent.copies.count() == 3


def test_it_stands_at_the_counter_until_read(network, shops):
    staff, colleague = make_staff(shops[0]), make_staff(shops[0])
    sent = send(network, SYSTEM)
    client, path = browser_of(staff), f"/comptoir/{shops[0].slug}/"
    assert "Règles" in client.get(path).content.decode()
    page = client.get(f"{path}messages").content.decode()
    assert "<strong>vendredi</strong>" in page
    # To look is not to say that one has read.
    assert not copy_of(sent, shops[0]).readings.exists()
    client.post(f"{path}messages", {"read": copy_of(sent, shops[0]).pk})
    assert "Règles" not in browser_of(colleague).get(path).content.decode()
    tree = lxml.html.fromstring(client.get(f"{path}messages").content)
    assert not tree.xpath("//button[@name='read']")


def test_the_office_shows_it_first_and_sends_it(network, coordinator, shops):
    client, path = browser_of(coordinator), "/bureau/ouest/messages"
    form = {"title": "Règles", "body": "Dès **vendredi**.", "to": "some", "shops": [shops[2].pk]}
    seen = client.post(f"{path}/ecrire", form | {"preview": "1"}).content.decode()
    assert "<strong>vendredi</strong>" in seen
    assert not Circular.objects.exists()
    assert client.post(f"{path}/ecrire", form).status_code == 302
    sent = Circular.objects.get()
    assert [copy.shop_id for copy in sent.copies.all()] == [shops[2].pk]
    assert shops[2].name in client.get(f"{path}/{sent.pk}").content.decode()


def test_a_network_does_not_write_all_day(network, shops, settings):
    settings.RATE_LIMITS = True
    for _number in range(10):
        send(network, SYSTEM)
    with pytest.raises(TooMany):
        send(network, SYSTEM)


def test_old_ones_are_erased(network, shops, settings):
    sent = send(network, SYSTEM)
    later = timezone.now() + timedelta(days=settings.AUDIT_DAYS)
    assert erase_circulars(now=later - timedelta(hours=1)) == 0
    assert erase_circulars(now=later + timedelta(hours=1)) == 1
    assert not Circular.objects.filter(pk=sent.pk).exists()
