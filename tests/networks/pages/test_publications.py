"""Pages and news of a network: who may write them, when readers see them, what is never lost."""

from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import feedparser
import lxml.html
import pytest
from django.test import Client
from django.utils import timezone

from comptoir.core.errors import Conflict, Faults, Invalid, NotFound
from comptoir.core.pictures.photo import read_photo
from comptoir.networks.models import NetworkQuerySet, NetworkRole, Publication
from comptoir.networks.operations import scope
from comptoir.networks.operations.pages.pictures import add_picture, remove_picture
from comptoir.networks.operations.pages.publications import (
    Placing,
    delete_draft,
    move_page,
    restore_version,
    withdraw_publication,
)
from comptoir.networks.pages.memory import boards
from comptoir.networks.pages.models import LONGEST_BODY, PublicationKind
from tests.factories import make_coordinator, make_network, make_shop, make_staff
from tests.networks.pages.words import image, picture, write

pytestmark = pytest.mark.django_db
NEWS = PublicationKind.NEWS
NOON = datetime(2027, 3, 28, 12, tzinfo=UTC)
HOST = "livres.example.org"


@pytest.fixture
def network(settings):
    settings.ALLOWED_HOSTS = ["*"]
    return make_network(slug="ouest", name="Libraires de l’Ouest", host=HOST)


@pytest.fixture
def editor(network):
    return make_coordinator(network, NetworkRole.EDITOR)


def own(path: str, host: str = HOST, **headers: str):
    return Client().get(path, headers={"Host": host} | headers)


def test_who_may_write(network, editor):
    page = write(network, actor=editor.actor)
    text = {"network": network, "publication_id": page.pk}
    mine = make_coordinator(make_network())
    away = make_coordinator(network, NetworkRole.EDITOR)
    away.is_active = False
    away.save()
    verbs = [
        partial(write, network, "Autre"),
        partial(restore_version, **text, number=1, now=NOON),
        partial(withdraw_publication, **text, now=NOON),
        partial(delete_draft, **text),
        partial(move_page, **text, up=True),
    ]
    for stranger in (mine, make_staff(make_shop()), away):
        for verb in verbs:
            with pytest.raises(NotFound):
                verb(actor=stranger.actor)
    # What is another network's is not there in one's own.
    with pytest.raises(NotFound):
        withdraw_publication(
            network=mine.offices.get().network,
            publication_id=page.pk,
            actor=mine.actor,
            now=NOON,
        )
    page.refresh_from_db()
    assert (page.shown, page.versions.count()) == (1, 1)


def test_a_draft_is_seen_by_nobody_and_a_newer_one_neither(network):
    page = write(network, publish=False)
    assert own("/pages/qui-sommes-nous").status_code == 404
    write(network, "Qui sommes-nous ?", "Cent boutiques.", of=page)
    page.refresh_from_db()
    later = Placing(slug="autre", in_footer=False, appears_at=timezone.now() + timedelta(days=9))
    write(network, "Autre titre", "Deux cents.", of=page, publish=False, placing=later)
    shown = own("/pages/qui-sommes-nous").content.decode()
    assert "Cent boutiques." in shown
    assert "Deux cents." not in shown
    withdraw_publication(
        network=network, publication_id=page.pk, actor=make_coordinator(network).actor, now=NOON
    )
    assert own("/pages/qui-sommes-nous").status_code == 404


def test_it_appears_and_ends_at_its_moment(network):
    hour = timedelta(hours=1)
    placing = Placing(appears_at=NOON, ends_at=NOON + hour)
    write(network, "Fête", kind=NEWS, placing=placing, now=NOON - hour)
    board = boards()[network.pk]
    second = timedelta(seconds=1)
    seen = [
        bool(board.news(moment))
        for moment in (NOON - second, NOON, NOON + hour - second, NOON + hour)
    ]
    assert seen == [False, True, True, False]
    with pytest.raises(Faults) as refused:
        write(network, "A", placing=Placing(appears_at=NOON, ends_at=NOON))
    assert refused.value.data["field"] == "ends_at"


def test_the_form_reads_the_hour_of_the_network(network, editor):
    client = Client()
    client.force_login(editor, backend="allauth.account.auth_backends.AuthenticationBackend")
    form = {"title": "Fête", "body": "x", "appears_at": "2027-03-28T12:00", "publish": "1"}
    assert client.post("/bureau/ouest/actualites/ajouter", form).status_code == 302
    # Summer time began that night.
    assert Publication.objects.get().appears_at == datetime(2027, 3, 28, 10, tzinfo=UTC)
    form |= {"appears_at": "2027-03-28T02:30", "title": "Nuit"}
    assert client.post("/bureau/ouest/actualites/ajouter", form).status_code == 200
    assert Publication.objects.count() == 1


def test_the_second_who_writes_is_told_and_loses_nothing(network, editor):
    page = write(network, body="Au début.")
    first, second = Client(), Client()
    for client, user in ((first, make_coordinator(network)), (second, editor)):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    path = f"/bureau/ouest/textes/{page.pk}"
    typed = {"title": "Qui sommes-nous ?", "after": "1", "publish": "1"}
    assert first.post(path, typed | {"body": "Le premier."}).status_code == 302
    answer = second.post(path, typed | {"body": "Le second."}).content.decode()
    assert "Le premier." in answer
    assert "Le second." in answer
    assert page.versions.count() == 2
    tree = lxml.html.fromstring(answer)
    again = {**typed, "body": "Le second.", "after": tree.xpath("//input[@name='after']/@value")[0]}
    assert second.post(path, again).status_code == 302
    assert [each.body for each in page.versions.order_by("number")] == [
        "Au début.",
        "Le premier.",
        "Le second.",
    ]
    assert [each.actor_id for each in page.versions.order_by("number")][2] == editor.pk


def test_control_without_the_scope_a_stranger_writes(network, monkeypatch):
    monkeypatch.setattr(NetworkQuerySet, "visible_to", lambda networks, actor: networks)
    monkeypatch.setattr(scope, "may", lambda role, verb: True)
    make_coordinator(network)
    other = make_coordinator(make_network())
    assert write(network, actor=other.actor).shown == 1


def test_an_earlier_version_comes_back(network, editor):
    page = write(network, body="Un.")
    page = write(network, body="Deux.", of=page)
    restore_version(network=network, publication_id=page.pk, number=1, actor=editor.actor, now=NOON)
    assert "Un." in own("/pages/qui-sommes-nous").content.decode()
    newest = page.versions.get(number=3)
    assert (newest.body, newest.restored, newest.actor_id) == ("Un.", 1, editor.pk)
    with pytest.raises(NotFound):
        restore_version(
            network=network, publication_id=page.pk, number=9, actor=editor.actor, now=NOON
        )


def test_english_where_it_is_written(network):
    write(network, "Horaires", "Le matin.", title_en="Hours", body_en="Mornings.")
    write(network, "Accès", "Par le pont.")
    both = own("/pages/horaires?langue=en").content.decode()
    assert "Mornings." in both
    assert "Le matin." not in both
    french = lxml.html.fromstring(own("/pages/acces?langue=en").content)
    (text,) = french.find_class("prose__text")
    assert text.get("lang") == "fr"
    assert "Par le pont." in text.text_content()
    assert "in French only" in french.find_class("prose")[0].text_content()
    assert "Le matin." in own("/pages/horaires").content.decode()


def test_what_is_wrong_is_told_at_once_and_nothing_is_written(network):
    with pytest.raises(Faults) as refused:
        write(network, " ", "x" * (LONGEST_BODY + 1), body_en=f"![](photo:{'0' * 32})")
    told = [(fault.code, fault.data["field"]) for fault in refused.value.faults]
    assert told == [
        ("missing", "title"),
        ("too_long", "body"),
        ("no_such_picture", "body_en"),
    ]
    write(network)
    with pytest.raises(Conflict) as taken:
        write(network)
    assert taken.value.code == "slug_taken"
    assert Publication.objects.count() == 1


def test_the_footer_names_pages_in_their_order_and_the_first_page_the_news(network, editor):
    for title in ("Adhérer", "Statuts", "Presse"):
        write(network, title)
    write(network, "Discrète", placing=Placing(in_footer=False))
    write(network, "Fête de la librairie", kind=NEWS, summary="Samedi.")
    last = Publication.objects.get(slug="presse")
    move_page(network=network, publication_id=last.pk, up=True, actor=editor.actor)
    tree = lxml.html.fromstring(own("/").content)
    named = [a.text_content() for a in tree.xpath("//footer//a[starts-with(@href, '/pages/')]")]
    assert named == ["Adhérer", "Presse", "Statuts"]
    (title,) = tree.find_class("news__title")
    assert title.get("href") == "/actualites/fete-de-la-librairie"


def test_the_feed_tells_the_news(network):
    shown = picture(network)
    write(network, "Ancienne", kind=NEWS, now=timezone.now() - timedelta(days=3))
    body = f"**Samedi.** ![](photo:{shown.digest})"
    write(network, "Fête", body, kind=NEWS)
    write(network, "Brouillon", kind=NEWS, publish=False)
    feed = feedparser.parse(own("/actualites.atom").content)
    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == ["Fête", "Ancienne"]
    newest = feed.entries[0]
    assert urlsplit(newest.link).hostname == HOST
    assert urlsplit(newest.link).path == "/actualites/fete"
    assert "<strong>Samedi.</strong>" in newest.summary
    assert HOST in newest.summary.partition('src="')[2].partition('"')[0]
    assert feed.feed.author == network.name


def test_search_engines_read_a_news_item(network):
    write(network, "Fête", kind=NEWS, summary="Samedi.")
    tree = lxml.html.fromstring(own("/actualites/fete").content)
    (script,) = tree.xpath("//script[@type='application/ld+json']/text()")
    assert '"NewsArticle"' in script
    (canonical,) = tree.xpath("//link[@rel='canonical']/@href")
    assert HOST in canonical
    assert canonical.endswith("/actualites/fete")


def test_the_site_map_names_what_a_host_says(network):
    other = make_network(slug="est")
    write(network)
    write(other, "Ailleurs")
    write(other, "Brouillon", publish=False)
    assert b"/pages/qui-sommes-nous<" in own("/sitemap-pages.xml").content
    assert b"ailleurs" not in own("/sitemap-pages.xml").content
    installation = own("/sitemap-pages.xml", "testserver").content
    assert b"/reseaux/est/pages/ailleurs<" in installation
    assert b"qui-sommes-nous" not in installation
    assert b"brouillon" not in installation


def test_a_host_says_its_own_and_no_other(network):
    other = make_network(slug="est", host="est.example.org")
    write(network)
    write(other, "Ailleurs")
    kept = picture(other, "green")
    assert own("/pages/qui-sommes-nous").status_code == 200
    for path in (
        "/pages/ailleurs",
        "/reseaux/est/pages/ailleurs",
        "/reseaux/ouest/pages/qui-sommes-nous",
        f"/images/{kept.digest}.webp",
    ):
        assert own(path).status_code == 404, path
    # The installation's own host shows each below its name, and speaks for neither.
    assert own("/reseaux/est/pages/ailleurs", "testserver").status_code == 200
    assert own("/pages/ailleurs", "testserver").status_code == 404
    assert b"/pages/ailleurs" not in own("/", "testserver").content


def test_the_installation_speaks_for_its_only_network_without_a_host(settings):
    settings.ALLOWED_HOSTS = ["*"]
    network = make_network(slug="seul")
    write(network)
    assert b"/reseaux/seul/pages/qui-sommes-nous" in own("/", "testserver").content
    make_network()
    assert b"/pages/qui-sommes-nous" not in own("/", "testserver").content


def test_a_picture_says_what_one_sees_and_stays_while_a_text_shows_it(network, editor):
    kept = picture(network)
    answer = own(f"/images/{kept.digest}.webp")
    assert answer["Content-Type"] == "image/webp"
    write(network, body=f"![](photo:{kept.digest})")
    assert 'alt="Une vitrine"' in own("/pages/qui-sommes-nous").content.decode()
    with pytest.raises(Conflict):
        remove_picture(network=network, picture_id=kept.pk, actor=editor.actor)
    with pytest.raises(NotFound):
        remove_picture(
            network=make_network(), picture_id=kept.pk, actor=make_coordinator(network).actor
        )
    for actor, alt, error in (
        (editor.actor, " ", Invalid),
        (make_staff(make_shop()).actor, "Une rue", NotFound),
    ):
        with pytest.raises(error):
            add_picture(network=network, photo=read_photo(image("red")), alt=alt, actor=actor)
    assert network.pictures.count() == 1


def test_a_picture_sent_with_the_form_stands_in_the_text(network, editor):
    client = Client()
    client.force_login(editor, backend="allauth.account.auth_backends.AuthenticationBackend")
    form = {"title": "Fête", "body": "Samedi.", "picture": "1", "alt": "La *rue*"}
    answer = client.post(
        "/bureau/ouest/actualites/ajouter", form | {"photo": image("red")}
    ).content.decode()
    kept = network.pictures.get()
    text = lxml.html.fromstring(answer).xpath("//textarea[@name='body']")[0].text_content()
    assert text.strip() == f"Samedi.\n\n![La \\*rue\\*](photo:{kept.digest})"
    assert not Publication.objects.exists()
    bad = client.post("/bureau/ouest/actualites/ajouter", form | {"photo": image("red"), "alt": ""})
    assert "Samedi." in bad.content.decode()
    shown = client.post("/bureau/ouest/actualites/ajouter", {**form, "body": text, "preview": "1"})
    assert b"Samedi." in shown.content


def test_only_what_readers_do_not_see_is_deleted(network, editor):
    page = write(network)
    with pytest.raises(Conflict):
        delete_draft(network=network, publication_id=page.pk, actor=editor.actor)
    withdraw_publication(network=network, publication_id=page.pk, actor=editor.actor, now=NOON)
    delete_draft(network=network, publication_id=page.pk, actor=editor.actor)
    assert not Publication.objects.exists()
