"""The second factor: without it no page of an office opens, and it cannot be guessed."""

import re
import time

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

from comptoir.accounts import factor
from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import AuditEntry, User
from comptoir.core.errors import Forbidden, NotFound
from comptoir.counter.entry import BACKEND
from comptoir.networks.models import NetworkRole
from comptoir.notifications.models import Message
from comptoir.shops.operations.offices.factors import reset_factor
from tests.factories import TOTP_SECRET, make_coordinator, make_network
from tests.routes import of
from tests.routes.kinds import Kind
from tests.routes.office import OF_REQUESTS

pytestmark = pytest.mark.django_db


def code_now() -> str:
    return format_hotp_value(hotp_value(TOTP_SECRET, next(yield_hotp_counters_from_time())))


@pytest.fixture
def network():
    return make_network(slug="aln")


@pytest.fixture
def person(network):
    return make_coordinator(network, email="coord@example.org")


@pytest.fixture
def by_code(client, person):
    """Return the browser of a coordinator who signed in by the code of a mail alone."""
    client.force_login(person, backend=BACKEND)
    session = client.session
    del session[AUTHENTICATION_METHODS_SESSION_KEY]
    session.save()
    return client


def routes_of(network):
    """Yield each address of an office; who may not enter learns nothing of what is in it."""
    for route in of(Kind.NETWORK):
        yield "/" + re.sub(r"<\w+:\w+>", "1", route.replace("<slug:network_slug>", network.slug))


def where_to(asked):
    """Return where somebody is sent first; a deed is none of those who ask for it by GET."""
    return "" if asked.status_code == 405 else asked["Location"]


def test_every_page_of_an_office_wants_the_factor(by_code, person, network):
    paths = list(routes_of(network))
    assert len(paths) >= len(OF_REQUESTS)
    again, first = "/compte/securite/reauthenticate/", "/bureau/securite?next="
    for path in paths:
        sent = {where_to(by_code.get(path)), where_to(by_code.post(path))}
        assert {each.partition("?")[0] for each in sent} - {""} == {again}, path
    Authenticator.objects.all().delete()
    for path in paths:
        sent = {where_to(by_code.get(path)), where_to(by_code.post(path))} - {""}
        assert sent, path
        assert all(each.startswith(first) for each in sent), path


@pytest.mark.parametrize("route", [*of(Kind.OFFICE), "bureau/"])
def test_every_page_of_the_installation_wants_it_too(by_code, person, route):
    """Each is found by its kind: one that comes later is walked too."""
    person.is_superuser = True
    person.save()
    for asked in (by_code.get, by_code.post):
        sent = where_to(asked(f"/{route}"))
        assert sent.startswith("/compte/securite/reauthenticate/") or not sent
    assert by_code.get(f"/{route}").status_code == 302
    Authenticator.objects.all().delete()
    assert by_code.get(f"/{route}")["Location"].startswith("/bureau/securite?next=")


@pytest.mark.parametrize("route", [*of(Kind.OFFICE), "bureau/"])
def test_control_with_it_each_of_them_opens(client, person, route):
    person.is_superuser = True
    person.save()
    client.force_login(person, backend=BACKEND)
    assert client.get(f"/{route}").status_code == 200


def test_control_without_the_look_a_code_alone_opens_the_office(by_code, network, monkeypatch):
    monkeypatch.setattr(factor, "is_given", lambda request, user: True)
    assert by_code.get(f"/bureau/{network.slug}/").status_code == 200


def test_an_editor_needs_it_too(client, network):
    editor = User.objects.create_user("ed@example.org")
    network.people.create(user=editor, role=NetworkRole.EDITOR, actor_kind="system")
    client.force_login(editor, backend=BACKEND)
    path = f"/bureau/{network.slug}/"
    assert client.get(path)["Location"].startswith("/bureau/securite")
    assert client.get("/bureau/securite").status_code == 200


def test_the_code_of_an_application_opens_the_office_once(by_code, network):
    path = f"/bureau/{network.slug}/"
    asked = by_code.get(path)
    code = code_now()
    done = by_code.post(asked["Location"], {"code": code, "next": path})
    assert done["Location"] == path
    assert by_code.get(path).status_code == 200
    cache.clear()  # as another process, which has not seen it used
    again = by_code.post(asked["Location"], {"code": code, "next": path})
    assert again.status_code == 200, "a code is good once"


def test_a_recovery_code_does_too(by_code, person, network):
    codes = RecoveryCodes.activate(person).get_unused_codes()
    path = f"/bureau/{network.slug}/"
    by_code.post(by_code.get(path)["Location"], {"code": codes[0]})
    assert by_code.get(path).status_code == 200


def test_guessing_is_stopped_across_processes(by_code, network):
    where = by_code.get(f"/bureau/{network.slug}/")["Location"]
    for _ in range(factor.TRIES.count):
        by_code.post(where, {"code": "000000"})
        cache.clear()  # as if each came to a process of its own
    by_code.post(where, {"code": code_now()})
    assert by_code.get(f"/bureau/{network.slug}/").status_code == 302


def test_control_without_the_count_the_right_code_still_works(by_code, network, settings):
    settings.RATE_LIMITS = False
    where = by_code.get(f"/bureau/{network.slug}/")["Location"]
    for _ in range(factor.TRIES.count):
        by_code.post(where, {"code": "000000"})
        cache.clear()
    by_code.post(where, {"code": code_now()})
    assert by_code.get(f"/bureau/{network.slug}/").status_code == 200


def test_a_sensitive_deed_asks_again_after_a_time(client, person, network, monkeypatch):
    client.force_login(person, backend=BACKEND)
    path = f"/bureau/{network.slug}/demandes/inviter"
    assert client.post(path, {"shop": "x"})["Location"].endswith("/demandes")
    later = time.time() + factor.FRESH_SECONDS + 1
    monkeypatch.setattr(factor.time, "time", lambda: later)
    assert client.get(f"/bureau/{network.slug}/demandes").status_code == 200
    assert client.post(path)["Location"].startswith("/compte/securite/reauthenticate/")


def test_the_demonstration_waives_it(by_code, network, settings):
    settings.DEMO = True
    assert by_code.get(f"/bureau/{network.slug}/").status_code == 200


def test_a_lost_factor_is_reset_by_another(person, network):
    other = make_coordinator(network)
    editor = make_coordinator(network, NetworkRole.EDITOR)
    for actor, error in (
        (person.actor, Forbidden),
        (editor.actor, Forbidden),
        (make_coordinator(make_network()).actor, NotFound),
    ):
        with pytest.raises(error):
            reset_factor(email=person.email, actor=actor)
    assert Authenticator.objects.filter(user=person).exists()
    reset_factor(email="COORD@example.org", actor=other.actor)
    assert not Authenticator.objects.filter(user=person).exists()
    assert Message.objects.get().to == "coord@example.org"
    noted = AuditEntry.objects.get(deed="factor_reset")
    assert (noted.actor_id, noted.network_id, noted.subject_id) == (
        other.pk,
        network.pk,
        person.pk,
    )
    with pytest.raises(NotFound):
        reset_factor(email="nobody@example.org", actor=SYSTEM)


def test_a_colleague_takes_a_lost_factor_away_at_the_office(client, person, network):
    other = make_coordinator(network)
    path = f"/bureau/{network.slug}/personnes"
    client.force_login(other, backend=BACKEND)
    there = client.get(path).content.decode()
    assert f"{path}/{person.pk}/facteur" in there
    assert f"{path}/{other.pk}/facteur" not in there, "nobody resets their own"
    done = client.post(f"{path}/{person.pk}/facteur", follow=True)
    assert "un autre second facteur" in done.content.decode()
    assert not Authenticator.objects.filter(user=person).exists()
    assert Message.objects.get().template == "factor_reset"
    assert AuditEntry.objects.get(deed="factor_reset").actor_id == other.pk
    assert f"{path}/{person.pk}/facteur" not in client.get(path).content.decode()
    client.post(f"{path}/{other.pk}/facteur")
    assert Authenticator.objects.filter(user=other).exists()


def test_what_becomes_of_people_wants_a_factor_given_lately(client, person, network, monkeypatch):
    other = make_coordinator(network)
    client.force_login(person, backend=BACKEND)
    later = time.time() + factor.FRESH_SECONDS + 1
    monkeypatch.setattr(factor.time, "time", lambda: later)
    path = f"/bureau/{network.slug}/personnes/{other.pk}"
    for address, typed in ((f"{path}/facteur", {}), (path, {"role": "editor"})):
        asked = client.post(address, typed)
        assert asked["Location"].startswith("/compte/securite/reauthenticate/")
    assert Authenticator.objects.filter(user=other).exists()
    monkeypatch.undo()
    client.post(path, {"role": "editor"})
    assert network.people.get(user=other).role == NetworkRole.EDITOR, "control: given lately"


def test_that_of_who_runs_the_installation_is_reset_by_the_system_alone(person, network):
    operator = make_coordinator(network, is_superuser=True)
    with pytest.raises(Forbidden):
        reset_factor(email=operator.email, actor=person.actor)
    reset_factor(email=operator.email, actor=SYSTEM)
    assert not Authenticator.objects.filter(user=operator).exists()


def test_each_network_of_a_person_reads_that_it_was_reset(person, network):
    other, elsewhere = make_coordinator(network), make_network()
    elsewhere.people.create(user=person, role=NetworkRole.EDITOR, actor_kind="system")
    reset_factor(email=person.email, actor=other.actor)
    noted = AuditEntry.objects.filter(deed="factor_reset").values_list("network_id", flat=True)
    assert set(noted) == {network.pk, elsewhere.pk}


def test_a_session_of_a_factor_that_was_taken_away_counts_no_more(client, person, network):
    client.force_login(person, backend=BACKEND)
    path = f"/bureau/{network.slug}/"
    assert client.get(path).status_code == 200
    reset_factor(email=person.email, actor=SYSTEM)
    assert client.get(path)["Location"].startswith("/bureau/securite")


def test_who_only_coordinates_is_led_to_the_office(person, network):
    client = Client()
    client.force_login(person, backend=BACKEND)
    assert client.get("/comptoir/")["Location"] == "/bureau/"
