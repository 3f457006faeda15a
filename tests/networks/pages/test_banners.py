"""Banners: on every page of a network and at its members' counters, from a moment to a moment."""

from datetime import UTC, datetime, timedelta

import lxml.html
import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import AuditEntry
from comptoir.core.errors import Conflict, Faults, NotFound
from comptoir.networks.models import NetworkRole
from comptoir.networks.operations.pages.banners import BannerRequest, end_banner, raise_banner
from comptoir.networks.pages.memory import boards
from comptoir.networks.pages.models import BannerLevel
from comptoir.shops.commands import networks
from comptoir.shops.operations.memberships import join_network
from tests.factories import make_coordinator, make_network, make_shop, make_staff

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 3, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOST = "livres.example.org"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_the_command_line_raises_lists_and_ends_them(network):
    run = CliRunner().invoke
    done = run(networks, ["banner", "ouest", "Lundi", "--warning", "--until", "2099-07-01T12:00"])
    assert done.exit_code == 0, done.output
    assert done.output.split("\t")[0] == "warning"
    assert "2099-07-01T12:00+02:00\tLundi" in done.output
    assert run(networks, ["banner", "ouest", "--end"]).output == ""
    assert run(networks, ["banner", "ouest", "Hier", "--until", "2020-01-01"]).exit_code != 0


@pytest.fixture
def network(settings):
    settings.ALLOWED_HOSTS = ["*"]
    return make_network(slug="ouest", host=HOST)


def said(path: str, host: str = HOST, user=None) -> list[str]:
    """Return what the banners of a page say."""
    client = Client()
    if user:
        client.force_login(user, backend=BACKEND)
    tree = lxml.html.fromstring(client.get(path, headers={"Host": host}).content)
    return [" ".join(each.text_content().split()) for each in tree.find_class("banner")]


def test_it_is_said_from_a_moment_until_a_moment(network):
    request = BannerRequest(text="Lundi", begins_at=NOON, ends_at=NOON + HOUR)
    raise_banner(network=network, request=request, actor=SYSTEM, now=NOON - HOUR)
    board = boards()[network.pk]
    second = timedelta(seconds=1)
    seen = [
        len(board.banners_at(moment))
        for moment in (NOON - second, NOON, NOON + HOUR - second, NOON + HOUR)
    ]
    assert seen == [0, 1, 1, 0]


def test_every_page_of_the_network_says_it_once_and_its_members_counters(network):
    member, other = make_shop(), make_shop()
    join_network(shop=member, network=network, actor=SYSTEM)
    wanted = BannerRequest(
        text="Nouvelles règles vendredi.",
        text_en="New rules from Friday.",
        level=BannerLevel.WARNING,
    )
    raised = raise_banner(network=network, request=wanted, actor=SYSTEM, now=timezone.now())
    for path in ("/", "/boutiques", f"/boutiques/{member.slug}", "/vie-privee", "/actualites"):
        (one,) = said(path)
        assert one.endswith("Nouvelles règles vendredi."), path
    assert said("/?langue=en")[0].endswith("New rules from Friday.")
    assert said("/", "testserver") == []
    assert len(said(f"/comptoir/{member.slug}/", user=make_staff(member))) == 1
    assert said(f"/comptoir/{other.slug}/", user=make_staff(other)) == []
    end_banner(network=network, banner_id=raised.pk, actor=SYSTEM, now=timezone.now())
    assert said("/") == []
    deeds = AuditEntry.objects.filter(network_id=network.pk).values_list("deed", flat=True)
    assert {"raised_banner", "ended_banner"} <= set(deeds)


def test_who_may_raise_and_end_one(network):
    editor = make_coordinator(network, NetworkRole.EDITOR).actor
    raised = raise_banner(
        network=network, request=BannerRequest(text="Lundi"), actor=editor, now=NOON
    )
    other = make_coordinator(make_network())
    mine = other.offices.get().network
    for actor, of in ((other.actor, network), (make_staff(make_shop()).actor, network)):
        with pytest.raises(NotFound):
            raise_banner(network=of, request=BannerRequest(text="A"), actor=actor, now=NOON)
        with pytest.raises(NotFound):
            end_banner(network=of, banner_id=raised.pk, actor=actor, now=NOON)
    with pytest.raises(NotFound):
        end_banner(network=mine, banner_id=raised.pk, actor=other.actor, now=NOON)
    raised.refresh_from_db()
    assert raised.ends_at is None


def test_a_second_tap_raises_no_second_one(network):
    def tap(now, **more):
        request = BannerRequest(text="Lundi", **more)
        return raise_banner(network=network, request=request, actor=SYSTEM, now=now)

    first = tap(NOON)
    assert tap(NOON + timedelta(seconds=1)) == first
    later = tap(NOON, begins_at=NOON + HOUR)
    assert tap(NOON, begins_at=NOON + HOUR) == later
    assert network.banners.count() == 2
    end_banner(network=network, banner_id=first.pk, actor=SYSTEM, now=NOON)
    assert tap(NOON + timedelta(seconds=2)) != first


def test_what_is_wrong_is_told(network):
    with pytest.raises(Faults) as refused:
        raise_banner(
            network=network,
            request=BannerRequest(text="", text_en="x" * 300, ends_at=NOON - HOUR),
            actor=SYSTEM,
            now=NOON,
        )
    assert [fault.data["field"] for fault in refused.value.faults] == [
        "text",
        "text_en",
        "ends_at",
    ]
    for number in range(3):
        raise_banner(
            network=network, request=BannerRequest(text=str(number)), actor=SYSTEM, now=NOON
        )
    with pytest.raises(Conflict):
        raise_banner(network=network, request=BannerRequest(text="4"), actor=SYSTEM, now=NOON)
