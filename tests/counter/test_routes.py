"""Every address of the counter, for everybody: it is one shop's, and changes only by POST."""

import copy
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import User
from comptoir.events.operations import announce_event, write_pick
from comptoir.exchanges.operations import Wanted, ask
from comptoir.orders.models import Order
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer
from comptoir.post.operations import pack
from comptoir.shops.models import Shop
from comptoir.shops.operations import SettingsChange
from comptoir.shops.operations.memberships import join_network
from comptoir.stock.counts.operations import start_count
from comptoir.stock.models import Feed, Report, Upload
from comptoir.stock.shelf.ledger import change_settings
from tests.counter.conftest import browser_of
from tests.events.conftest import DETAILS
from tests.exchanges.pair import sharing
from tests.factories import make_network, make_offer, make_shop, make_staff, request_for
from tests.papers.rows import make_paper
from tests.payments.world import money_for
from tests.post.world import make_posted
from tests.purchases.town import town_of
from tests.withdrawals.rows import rights_of

BASE = "/comptoir/pilori/"
PAGES = {
    "tasks": BASE,
    "task_list": f"{BASE}liste",
    "find": f"{BASE}trouver",
    "order": f"{BASE}reservations/{{order}}",
    "reserve": f"{BASE}reserver",
    "stock": f"{BASE}stock",
    "product": f"{BASE}stock/{{ean}}",
    "why": f"{BASE}stock/{{ean}}/pourquoi",
    "copies": f"{BASE}occasions",
    "copy": f"{BASE}occasions/{{copy}}",
    "reports": f"{BASE}inventaires",
    "report": f"{BASE}inventaires/{{report}}",
    "bench": f"{BASE}inventaires/essai",
    "upload": f"{BASE}inventaires/essai/{{upload}}",
    "formats": f"{BASE}inventaires/formats",
    "counts": f"{BASE}comptages",
    "count": f"{BASE}comptages/{{count}}",
    "count_differences": f"{BASE}comptages/{{count}}/ecarts",
    "corrections": f"{BASE}comptages/caisse",
    "demand": f"{BASE}comptages/demandes",
    "articles": f"{BASE}inventaires/articles/csv",
    "tills": f"{BASE}caisses",
    "agent": f"{BASE}caisses/pc",
    "exchanges": f"{BASE}collegues",
    "post": f"{BASE}courrier",
    "post_order": f"{BASE}courrier/commandes/{{posted}}",
    "purchases": f"{BASE}achats",
    "purchase": f"{BASE}achats/{{number}}",
    "suppliers": f"{BASE}achats/fournisseurs",
    "supplier": f"{BASE}achats/fournisseurs/{{supplier}}",
    "arrival": f"{BASE}achats/reception",
    "pass_on": f"{BASE}collegues/exemplaires/{{theirs}}/client",
    "page": f"{BASE}page",
    "history": f"{BASE}page/historique",
    "settings": f"{BASE}boutique",
    "figures": f"{BASE}chiffres",
    "messages": f"{BASE}messages",
    "first_steps": f"{BASE}premiers-pas",
    "networks": f"{BASE}boutique/reseaux",
    "door_list": f"{BASE}porte",
    "doors": f"{BASE}boutique/porte",
    "parcels": f"{BASE}boutique/envois",
    "releases": f"{BASE}boutique/sorties",
    "draws": f"{BASE}boutique/tirages",
    "invoices": f"{BASE}boutique/factures",
    "terms": f"{BASE}boutique/conditions",
    "withdrawals": f"{BASE}retractations",
    "payments": f"{BASE}boutique/paiements",
    "team": f"{BASE}boutique/equipe",
    "window": f"{BASE}vitrine",
    "pick": f"{BASE}vitrine/mots/{{ean}}",
    "announce": f"{BASE}vitrine/rencontres/annoncer",
    "event": f"{BASE}vitrine/rencontres/{{event}}",
}
DATA = {
    "purchase_csv": f"{BASE}achats/{{number}}.csv",
    "purchase_txt": f"{BASE}achats/{{number}}.txt",
    "purchase_message": f"{BASE}achats/{{number}}/dilicom.txt",
    "corrections_csv": f"{BASE}comptages/caisse.csv",
    "stock_csv": f"{BASE}stock.csv",
    "paper": f"{BASE}boutique/factures/1.pdf",
    "figures_csv": f"{BASE}chiffres.csv",
    "report_csv": f"{BASE}inventaires/{{report}}/rapport.csv",
    "upload_progress": f"{BASE}inventaires/essai/{{upload}}/avancement",
}
SHOWN = PAGES | DATA
VERBS = {
    "terms_published": f"{BASE}boutique/conditions/publier",
    "terms_told_later": f"{BASE}boutique/conditions/informer",
    "maker": f"{BASE}boutique/conditions/fabricants",
    "maker_removed": f"{BASE}boutique/conditions/fabricants/{{maker}}/retirer",
    "withdrawn_received": f"{BASE}retractations/{{withdrawn}}",
    "set_aside": f"{BASE}reservations/{{order}}/mettre-de-cote",
    "collect": f"{BASE}reservations/{{order}}/remettre",
    "cancel": f"{BASE}reservations/{{order}}/annuler",
    "not_found": f"{BASE}reservations/{{order}}/lignes/{{line}}/pas-en-rayon",
    "sold": f"{BASE}stock/{{ean}}/vendu",
    "received": f"{BASE}stock/{{ean}}/recu",
    "counted": f"{BASE}stock/{{ean}}/compte",
    "titled": f"{BASE}stock/{{ean}}/titre",
    "copy_enter": f"{BASE}occasions/ajouter",
    "copy_sold": f"{BASE}occasions/{{copy}}/vendu",
    "copy_withdrawn": f"{BASE}occasions/{{copy}}/retirer",
    "copy_seen": f"{BASE}occasions/{{copy}}/vu",
    "report_apply": f"{BASE}inventaires/{{report}}/appliquer",
    "report_discard": f"{BASE}inventaires/{{report}}/ecarter",
    "retire": f"{BASE}caisses/{{feed}}/remplacee",
    "upload_stop": f"{BASE}inventaires/essai/{{upload}}/arreter",
    "upload_again": f"{BASE}inventaires/essai/{{upload}}/relire",
    "count_scans": f"{BASE}comptages/{{count}}/scans",
    "count_apply": f"{BASE}comptages/{{count}}/appliquer",
    "count_discard": f"{BASE}comptages/{{count}}/abandonner",
    "upload_columns": f"{BASE}inventaires/essai/{{upload}}/colonnes",
    "ask_colleague": f"{BASE}collegues/exemplaires/{{theirs}}/demander",
    **{
        f"transfer_{verb}": f"{BASE}collegues/demandes/{{transfer}}/{word}"
        for verb, word in (
            ("accept", "accepter"),
            ("refuse", "refuser"),
            ("send", "envoye"),
            ("arrive", "arrive"),
            ("lose", "perdu"),
            ("withdraw", "retirer"),
        )
    },
    "trusted": f"{BASE}reservations/{{order}}/confiance",
    "post_scan": f"{BASE}courrier/scan",
    "post_tick": f"{BASE}courrier/lignes/{{posted_line}}/trouve",
    "post_miss": f"{BASE}courrier/lignes/{{posted_line}}/pas-en-rayon",
    "post_order_scan": f"{BASE}courrier/commandes/{{posted}}/scan",
    "post_pack": f"{BASE}courrier/commandes/{{posted}}/emballer",
    "post_unpack": f"{BASE}courrier/colis/{{parcel}}/deballer",
    "post_number": f"{BASE}courrier/colis/{{parcel}}/numero",
    "post_delivered": f"{BASE}courrier/colis/{{parcel}}/arrive",
    "post_papers": f"{BASE}courrier/imprimer",
    "post_table": f"{BASE}courrier/tableau",
    "post_numbers": f"{BASE}courrier/numeros",
    "post_handed": f"{BASE}courrier/remis",
    "purchase_sent": f"{BASE}achats/commander",
    "title_assigned": f"{BASE}achats/titres/{{ean}}/fournisseur",
    "distributor_accepted": f"{BASE}achats/titres/{{ean}}/distributeur",
    "wish": f"{BASE}achats/titres/{{ean}}/rayon",
    "arrival_scan": f"{BASE}achats/reception/scans",
    "scan_taken_back": f"{BASE}achats/reception/scans/{{scan}}/retirer",
    "arrival_away": f"{BASE}achats/reception/{{arrival}}/ranger",
    "line_answered": f"{BASE}achats/{{number}}/lignes/{{bought}}",
    "close": f"{BASE}boutique/fermetures",
    "invoice": f"{BASE}reservations/{{order}}/facture",
    "parcels_removed": f"{BASE}boutique/envois/1/retirer",
    "transfer_entered": f"{BASE}reservations/{{order}}/virement",
    "refund": f"{BASE}reservations/{{order}}/rembourser",
    "payment_tried": f"{BASE}boutique/paiements/{{account}}/essayer",
    "payment_closed": f"{BASE}boutique/paiements/{{account}}/fermer",
    "transfer_voided": f"{BASE}boutique/paiements/virements/{{bank_transfer}}/retirer",
    "refund_again": f"{BASE}boutique/paiements/remboursements/{{refund}}",
    "price_decided": f"{BASE}boutique/envois/prix/{{ean}}",
    "door_week": f"{BASE}boutique/porte/semaine",
    "slot": f"{BASE}reservations/{{order}}/creneau",
    "alerts": f"{BASE}boutique/alertes",
    "reopen": f"{BASE}boutique/fermetures/{{closure}}",
    "invite": f"{BASE}boutique/equipe/inviter",
    "name": f"{BASE}boutique/equipe/nom",
    "programs": f"{BASE}boutique/equipe/programmes",
    "pick_first": f"{BASE}vitrine/mot/{{pick}}/en-tete",
    "pick_moved": f"{BASE}vitrine/mot/{{pick}}/deplacer",
    "pick_removed": f"{BASE}vitrine/mot/{{pick}}/retirer",
    "event_cancelled": f"{BASE}vitrine/rencontres/{{event}}/annuler",
}
# Of a manager alone, or of whoever has the link: `tests/test_routes.py` tries them.
OUTSIDE = {
    "journal",
    "journal_csv",
    "sales_csv",
    "contracts",
    "contract",
    "farewell",
    "export_progress",
    "export_file",
    "shop_ends",
    "shop_stays",
    "trial",
    "hide_steps",
    "doors_open",
    "release",
    "release_end",
    "draw_step",
    "links",
    "photo",
    "photo_add",
    "photo_erased",
    "photo_moved",
    "photo_removed",
    "undo",
    "home",
    "enter",
    "inventory",
    "webhooks",
    "webhook",
    "invited",
    "person",
    "program",
    "invitation",
}


class Pilori(NamedTuple):
    """A shop in whose counter there is one of each thing, and who works there."""

    shop: Shop
    staff: User
    things: dict[str, object]


@pytest.fixture(scope="module")
def pilori(django_db_setup, django_db_blocker) -> Iterator[Pilori]:
    """Make all this once: what a test does to it is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        shop = make_shop(name="Librairie du Pilori", slug="pilori")
        yield Pilori(shop, make_staff(shop, name="Agathe"), things_of(shop))
        transaction.set_rollback(True)


@pytest.fixture
def shop(pilori: Pilori, db) -> Shop:
    return copy.deepcopy(pilori.shop)


@pytest.fixture
def staff(pilori: Pilori, db) -> User:
    return copy.deepcopy(pilori.staff)


@pytest.fixture
def things(pilori: Pilori, db) -> dict[str, object]:
    return pilori.things


def things_of(shop: Shop) -> dict[str, object]:
    """Make one of each thing."""
    offer = make_offer(shop=shop, on_hand=3)
    customer = Customer(name="Ana Neuve", email="ana@example.org")
    order = place(request_for(offer, customer=customer, trusted=True))
    feed = Feed.objects.create(shop=shop, format="csv")
    report = Report.objects.create(
        feed=feed, mode="snapshot", as_of=order.placed_at, status="applied", actor_kind="feed"
    )
    closure = shop.closures.create(first_day="2027-01-04", last_day="2027-01-05")
    network = make_network()
    join_network(shop=shop, network=network, actor=SYSTEM)
    theirs = make_offer(shop=sharing(network), product=offer.product)
    change_settings(shop=shop, change=SettingsChange(shares_stock=True), actor=SYSTEM)
    wanted = Wanted(offer.product_id)
    transfer = ask(shop=shop, giver_id=theirs.shop_id, wanted=wanted, actor=SYSTEM)
    make_paper(order)
    rights = rights_of(order)
    money = money_for(Order.objects.get(pk=order.pk))
    bought = town_of(shop)
    posted = make_posted((make_offer(shop=shop, on_hand=2), 2), email="loin@example.org")
    parcel = pack(order_id=posted.pk, copies={posted.lines.get().pk: 1}, actor=SYSTEM)
    return {
        "number": bought["number"],
        "supplier": bought["int:supplier_id"],
        "bought": bought["line_id"],
        "scan": bought["int:scan_id"],
        "arrival": bought["arrival_id"],
        "account": money["int:account_id"],
        "bank_transfer": money["int:bank_transfer_id"],
        "refund": money["int:refund_id"],
        "posted": posted.pk,
        "posted_line": posted.lines.get().pk,
        "parcel": parcel.pk,
        "theirs": theirs.pk,
        "transfer": transfer.pk,
        "maker": rights["int:maker_id"],
        "withdrawn": rights["int:withdrawn_id"],
        "order": order.pk,
        "line": order.lines.get().pk,
        "copy": make_offer(shop=shop, copy_ref="C1", condition="VG").pk,
        "ean": offer.product.ean,
        "report": report.pk,
        "upload": Upload.objects.create(shop=shop, file_name="a.csv", actor_kind="user").pk,
        "feed": feed.pk,
        "closure": closure.pk,
        "count": start_count(shop=shop, name="A", whole=False, actor=SYSTEM).pk,
        "pick": write_pick(shop=shop, product_id=offer.product_id, text="Un mot.", actor=SYSTEM).pk,
        "event": announce_event(shop=shop, details=DETAILS, actor=SYSTEM).pk,
    }


def test_every_route_is_tried_here():
    names = get_resolver("comptoir.counter.urls").reverse_dict.keys()
    routes = {name for name in names if isinstance(name, str)}
    assert routes == OUTSIDE | SHOWN.keys() | VERBS.keys()


@pytest.mark.parametrize("name", [*SHOWN, *VERBS])
def test_nobody_enters_without_signing_in(name, client, things):
    path = (SHOWN | VERBS)[name].format(**things)
    response = client.get(path) if name in SHOWN else client.post(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/compte/?next=")


@pytest.mark.parametrize("name", [*SHOWN, *VERBS])
def test_another_shop_s_staff_find_nothing(name, things):
    stranger = browser_of(make_staff(make_shop(slug="autre")))
    path = (SHOWN | VERBS)[name].format(**things)
    response = stranger.get(path) if name in SHOWN else stranger.post(path)
    assert response.status_code == 404


@pytest.mark.parametrize("name", [*VERBS])
def test_nothing_changes_by_get_or_without_its_token(name, staff, things):
    path = VERBS[name].format(**things)
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(path).status_code == 405
    assert client.post(path).status_code == 403


@pytest.mark.parametrize("name", [*PAGES])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_staff_see_every_page_in_both_languages(name, language, desk, things):
    path = PAGES[name].format(**things)
    response = desk.get(path, headers={"Accept-Language": language})
    assert response.status_code == 200
    assert response["Cache-Control"].find("no-store") >= 0
    page = response.content.decode()
    assert "style=" not in page
    assert "onclick" not in page
    if name != "task_list":
        assert f'<html lang="{language}"' in page
