"""A shop asks to join, mailboxes say yes, a coordinator opens: each step, refused and done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.accounts.models import AuditEntry, User
from comptoir.core.errors import Conflict, Faults, Forbidden, Invalid, NotFound
from comptoir.core.limits import TooMany
from comptoir.networks.models import NetworkRole
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.shops.models import JoinRequest, Shop, StaffRole
from comptoir.shops.operations import accept_invitation
from comptoir.shops.operations.invitations import link_of
from comptoir.shops.operations.requests import (
    Application,
    answer_for_shop,
    answers,
    ask_to_join,
    confirm_request,
    decline_request,
    open_request,
    proof,
)
from comptoir.shops.operations.requests.answers import erase_requests
from comptoir.shops.operations.requests.registry import ask_about
from comptoir.shops.sources import registry, service
from tests.answering import answering
from tests.factories import make_coordinator, make_network, make_shop, make_staff
from tests.shops.sources.services import Registry, broken, company

pytestmark = pytest.mark.django_db
SIRET = "73282932000074"
GIVEN = {
    "name": "Le Merle moqueur",
    "kind": "books",
    "siret": "732 829 320 00074",
    "street": "12 rue des Carmes",
    "postcode": "86000",
    "city": "Poitiers",
    "opening_hours": "mardi au samedi 10h-19h",
    "asker": "Ana Petit",
    "email": "Ana@merle.example.org",
}


@pytest.fixture
def network():
    return make_network(slug="aln", name="L’Association")


@pytest.fixture
def coordinator(network):
    return make_coordinator(network, email="coord@example.org")


def ask(network=None, shop=None, **given):
    return ask_to_join(application=Application(**(GIVEN | given)), network=network, shop=shop)


def confirmed(network=None, shop=None, **given):
    return confirm_request(link=proof.link_of_asker(ask(network, shop, **given)))


def mails():
    return sorted(Message.objects.exclude(to="").values_list("template", "to"))


def test_a_shop_that_nobody_knows_is_made_a_member_and_its_owner_comes_in(network, coordinator):
    request = ask(network)
    assert mails() == [("join_confirm", "ana@merle.example.org")]
    assert not JoinRequest.objects.visible_to(coordinator.actor).exists()
    confirm_request(link=proof.link_of_asker(request))
    assert ("join_waiting", "coord@example.org") in mails()
    done = open_request(request_id=request.pk, actor=coordinator.actor)
    shop = Shop.objects.get()
    assert done.shop == shop
    assert (shop.slug, shop.siret, shop.opening_hours) == (
        "le-merle-moqueur-poitiers",
        SIRET,
        "Tu-Sa 10:00-19:00",
    )
    assert shop.placed_in_town
    assert [each.network for each in shop.memberships.all()] == [network]
    staff = accept_invitation(link=link_of(shop.invitations.get()))
    assert (staff.role, staff.user.email, staff.user.name) == (
        StaffRole.MANAGER,
        "ana@merle.example.org",
        "Ana Petit",
    )
    noted = AuditEntry.objects.filter(network_id=network.pk).values_list("deed", flat=True)
    assert sorted(noted) == ["joined_network", "request_opened"]


def test_what_is_wrong_is_told_at_once_and_nothing_is_kept(network):
    wrong = {"siret": "73282932000075", "postcode": "86", "email": "ana@", "asker": " "}
    with pytest.raises(Faults) as told:
        ask(network, **wrong)
    assert {str(each.data["field"]) for each in told.value.faults} == set(wrong)
    assert not JoinRequest.objects.exists()
    assert not Message.objects.exists()


def test_a_claim_asks_the_address_that_the_directory_has(network, coordinator):
    listed = make_shop(email="contact@listed.example.org", siret=SIRET, name="Le Pilori")
    request = confirmed(network, listed, siret="")
    assert ("join_known", "contact@listed.example.org") in mails()
    mail = Message.objects.get(template="join_known")
    render(mail)
    assert "a…@merle.example.org" in mail.text
    assert "ana@" not in mail.text
    assert (request.known, request.called) == ("waits", "Le Pilori")
    link = proof.link_of_shop(request)
    assert answer_for_shop(link=link, ours=False).known == "no"
    with pytest.raises(Conflict) as told:
        open_request(request_id=request.pk, actor=coordinator.actor)
    assert told.value.code == "shop_denies"
    answer_for_shop(link=link, ours=True)
    assert open_request(request_id=request.pk, actor=coordinator.actor).shop == listed
    assert Shop.objects.count() == 1


def test_a_shop_of_another_network_is_claimed_there_or_by_its_own_address(network, coordinator):
    theirs = make_network(slug="disquaires", name="Disquaires du Clain")
    listed = make_shop(email="contact@listed.example.org", siret=SIRET, name="Le Pilori")
    listed.memberships.create(network=theirs, since=timezone.now(), actor_kind="system")
    request = confirmed(network, listed, siret="")
    with pytest.raises(Conflict) as told:
        open_request(request_id=request.pk, actor=coordinator.actor)
    assert (told.value.code, "Disquaires du Clain" in str(told.value)) == ("listed_elsewhere", True)
    assert not listed.memberships.filter(network=network).exists()
    answer_for_shop(link=proof.link_of_shop(request), ours=True)
    assert open_request(request_id=request.pk, actor=coordinator.actor).shop == listed


def test_control_its_own_network_lets_it_in(network, coordinator):
    listed = make_shop(email="contact@listed.example.org", siret=SIRET, name="Le Pilori")
    listed.memberships.create(network=network, since=timezone.now(), actor_kind="system")
    request = confirmed(network, listed, siret="")
    assert open_request(request_id=request.pk, actor=coordinator.actor).shop == listed


def test_a_link_of_one_mailbox_is_not_that_of_the_other(network):
    request = confirmed(network, make_shop(siret=SIRET))
    assert proof.link_of_asker(request) != proof.link_of_shop(request)
    with pytest.raises(NotFound):
        answer_for_shop(link=proof.link_of_asker(request), ours=True)
    with pytest.raises(NotFound):
        confirm_request(link=proof.link_of_shop(request))


def test_a_shop_asked_for_from_its_own_address_needs_no_second_mail(network):
    listed = make_shop(email="ana@merle.example.org")
    assert confirmed(network, listed).known == "same"
    assert ("join_known", "ana@merle.example.org") not in mails()


def test_of_two_claims_the_second_is_refused_with_words(network, coordinator):
    listed = make_shop()
    first, second = (confirmed(network, listed, email=f"{name}@merle.example.org") for name in "ab")
    open_request(request_id=first.pk, actor=coordinator.actor)
    with pytest.raises(Conflict) as told:
        open_request(request_id=second.pk, actor=coordinator.actor)
    assert told.value.code == "claimed_already"
    reason = "Cette boutique a déjà sa gérance."
    decline_request(request_id=second.pk, reason=reason, actor=coordinator.actor)
    mail = Message.objects.get(template="join_declined")
    render(mail)
    assert (mail.to, reason in mail.text) == ("b@merle.example.org", True)
    assert listed.memberships.count() == 1


def test_control_without_the_look_a_second_owner_is_invited(network, coordinator, monkeypatch):
    listed = make_shop()
    first, second = (confirmed(network, listed, email=f"{name}@merle.example.org") for name in "ab")
    made = [open_request(request_id=first.pk, actor=coordinator.actor)]
    monkeypatch.setattr(answers, "_shop_of", lambda *_: listed)
    made.append(open_request(request_id=second.pk, actor=coordinator.actor))
    assert listed.invitations.count() == 2


def test_a_shop_with_a_team_is_claimed_by_nobody(network):
    listed = make_shop()
    make_staff(listed)
    with pytest.raises(Conflict) as told:
        ask(network, listed)
    assert told.value.code == "has_team"


def test_only_who_takes_members_answers(network, coordinator):
    request, free = confirmed(network), confirmed(None, email="b@merle.example.org", siret=OTHER)
    editor = make_coordinator(network, NetworkRole.EDITOR)
    stranger = make_coordinator(make_network())
    operator = User.objects.create_user("op@example.org", is_superuser=True)
    for actor, error in (
        (editor.actor, Forbidden),
        (stranger.actor, NotFound),
        (operator.actor, NotFound),
        (READER, NotFound),
    ):
        for verb, more in ((open_request, {}), (decline_request, {"reason": "Non"})):
            with pytest.raises(error):
                verb(request_id=request.pk, actor=actor, **more)
    with pytest.raises(NotFound):
        open_request(request_id=free.pk, actor=coordinator.actor)
    assert open_request(request_id=free.pk, actor=operator.actor).shop.memberships.count() == 0
    with pytest.raises(Invalid):
        decline_request(request_id=request.pk, reason=" ", actor=SYSTEM)
    assert open_request(request_id=request.pk, actor=SYSTEM).state == "opened"
    with pytest.raises(Conflict):
        open_request(request_id=request.pk, actor=SYSTEM)


OTHER = "44306184100047"


def test_likely_shops_are_shown_and_taken_and_no_other(network, coordinator):
    twin = make_shop(name="Librairie Le Merle Moqueur", street="12 r. des Carmes")
    away = make_shop(name="Tout autre", postcode="33000", city="Bordeaux")
    request = confirmed(network)
    from comptoir.shops.requests.reads import alike

    assert [shop for shop, _sameness in alike(request)] == [twin]
    with pytest.raises(NotFound):
        open_request(request_id=request.pk, actor=coordinator.actor, shop_id=away.pk)
    done = open_request(request_id=request.pk, actor=coordinator.actor, shop_id=twin.pk)
    assert (done.shop, done.shop.siret) == (twin, SIRET)


def test_limits_hold_and_mails_go_no_further(network):
    for _ in range(3):
        ask(network)
    with pytest.raises(TooMany):
        ask(network)
    assert Message.objects.filter(template="join_confirm").count() == 3
    for number in range(5):
        ask(network, email=f"n{number}@example.org", address="203.0.113.7")
    with pytest.raises(TooMany):
        ask(network, email="n9@example.org", address="203.0.113.7")


def test_a_shops_own_address_is_not_asked_without_end(network):
    listed = make_shop(email="contact@listed.example.org")
    for number in range(5):
        confirmed(network, listed, email=f"n{number}@example.org")
    assert Message.objects.filter(template="join_known").count() == 3


def test_what_nobody_answers_is_erased(network):
    now = timezone.now()
    lazy, waits = ask(network), confirmed(network, email="b@merle.example.org", siret=OTHER)
    assert erase_requests(now=now + timedelta(days=2)) == 0
    assert erase_requests(now=now + timedelta(days=4)) == 1
    assert not JoinRequest.objects.filter(pk=lazy.pk).exists()
    assert erase_requests(now=now + timedelta(days=61)) == 1
    assert not JoinRequest.objects.filter(pk=waits.pk).exists()
    assert not Message.objects.filter(template__startswith="join_").exists()


def test_the_registry_is_asked_and_is_no_obstacle(network, coordinator, settings, monkeypatch):
    settings.OUTGOING_ANYWHERE = True
    monkeypatch.setattr(service, "PAUSES", (0.01, 0.01))
    monkeypatch.setattr(registry, "A_SECOND", 1000)
    with answering(Registry(company(SIRET))) as url:
        settings.REGISTRY_URL = url
        request = confirmed(network)
        assert request.registry == "waits"
        assert ask_about(request_id=request.pk).registry == "active"
    with answering(Registry(faults=[broken] * 9)) as url:
        settings.REGISTRY_URL = url
        assert ask_about(request_id=request.pk).registry == "down"
    assert open_request(request_id=request.pk, actor=coordinator.actor).shop.siret == SIRET
