"""Who did what, over all histories: who may read it, in which order, and no reader is in it."""

import csv
import io
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.utils import timezone
from django.utils.translation import override

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.accounts.audit import note
from comptoir.accounts.models import AuditEntry
from comptoir.core.errors import Forbidden, NotFound
from comptoir.networks.models import NetworkRole
from comptoir.orders.models import Order, OrderEvent
from comptoir.orders.operations import place, set_aside
from comptoir.oversight.audit import (
    Question,
    audit_of_installation,
    audit_of_network,
    audit_of_shop,
)
from comptoir.oversight.deeds import DeedKind
from comptoir.oversight.operations import export_audit
from comptoir.oversight.request import address_of, read_question
from comptoir.oversight.table import audit_blocks
from comptoir.shops.models import StaffRole
from comptoir.shops.operations import employ_staff, invite_staff, issue_token
from comptoir.shops.operations.memberships import join_network
from comptoir.stock.counts.operations import discard_count, start_count
from comptoir.withdrawals.operations import declare
from tests.browsers import browser_of
from tests.factories import (
    make_coordinator,
    make_network,
    make_offer,
    make_operator,
    make_shop,
    make_staff,
    persons_request_for,
)
from tests.withdrawals.world import bought, delivered, whole

pytestmark = pytest.mark.django_db
WHOLE = Question()


@pytest.fixture
def network():
    return make_network(name="Librairies de la Vienne")


@pytest.fixture
def shop(network):
    made = make_shop(name="Le Rat", slug="le-rat")
    join_network(shop=made, network=network, actor=SYSTEM)
    return made


def deeds(view, **asked) -> list[str]:
    lines, _more = view.page(Question(**asked))
    return [line.entry.deed for line in lines]


def reservation(shop) -> Order:
    order = place(persons_request_for(make_offer(shop=shop)))
    set_aside(order_id=order.pk, actor=make_staff(shop, name="Ana Roux").actor)
    return order


def test_one_list_holds_what_every_history_tells(network, shop):
    boss = make_staff(shop, StaffRole.MANAGER, name="Zoé Petit").actor
    order = reservation(shop)
    count = start_count(shop=shop, name="Polars", whole=False, actor=boss)
    discard_count(session=count, actor=boss)
    invite_staff(shop=shop, email="new@example.org", actor=boss)
    issue_token(shop=shop, label="Caisse", actor=boss)
    view = audit_of_network(network, actor=SYSTEM)
    found, more = view.page(WHOLE)
    told = {line.entry.deed: line for line in found}
    assert more is None
    assert set(told) >= {
        *("page_changed", "order_placed", "order_set_aside", "count_started", "count_discarded"),
        *("invited", "token_issued"),
    }
    assert told["order_set_aside"].who == "Ana Roux"
    assert told["order_set_aside"].about == order.code
    assert told["token_issued"].about == "Caisse"
    moments = [line.entry.at for line in found]
    assert moments == sorted(moments, reverse=True)


def test_a_withdrawal_stands_among_what_was_done_as_its_readers():
    order = delivered(bought())
    declare(token=order.token, quantities=whole(order), actor=READER)
    for view in (audit_of_shop(order.shop, actor=SYSTEM), audit_of_installation(actor=SYSTEM)):
        found = view.page(WHOLE)[0]
        (line,) = [each for each in found if each.entry.deed == "withdrawal_declared"]
        assert (line.entry.actor_kind, line.about) == ("reader", order.code)
    with override("fr"):
        told = b"".join(audit_blocks(audit_of_shop(order.shop, actor=SYSTEM).each(WHOLE))).decode()
    assert f"le lecteur;a renoncé à une commande;{order.code}" in told


def test_facts_are_said_in_words_and_no_key_or_hash_among_them(network, shop):
    order = reservation(shop)
    moment = "2027-01-04T10:00:00+01:00"
    digest = "3a24" * 16
    for deed, facts in (
        ("payment_refunded", {"order": order.pk, "cents": 250}),
        ("transfer_entered", {"order": 0, "cents": 1290, "dated": "2027-02-01"}),
        ("release_announced", {"titles": 2, "name": "Album", "holds_at": moment, "one_each": True}),
        ("release_changed", {"online_at": [None, moment], "shows_copies": [True, False]}),
        ("draw_opened", {"draw": 1, "shop": 1, "commitment": digest, "copies": 1}),
        ("draw_made", {"draw": 1, "value": digest[:20], "entries": 3, "winners": 1}),
    ):
        note(SYSTEM, deed, shop_id=shop.pk, facts=facts)
    with override("fr"):
        lines, _more = audit_of_shop(shop, actor=SYSTEM).page(WHOLE)
    code = f"{order.code[:4]} {order.code[4:]}"
    told = {line.entry.deed: line.about.replace("\u00a0", " ") for line in lines}
    assert told["payment_refunded"] == f"{code}; 2,50 €"
    assert told["transfer_entered"] == "12,90 €; en date du : 1er février 2027"
    assert told["release_announced"] == (
        "Album; 2 titres; à réserver dès : 4 janvier 2027, 10 h; un exemplaire par personne : oui"
    )
    assert told["release_changed"] == (
        "envoi dès : – → 4 janvier 2027, 10 h; exemplaires affichés : oui → non"
    )
    assert told["draw_opened"] == "1 exemplaire"
    assert told["draw_made"] == "3 inscriptions; 1 gagnant"


def test_deeds_about_money_are_found_by_the_code_of_their_order(network, shop):
    order, other = reservation(shop), reservation(shop)
    for each in (order, other):
        note(SYSTEM, "payment_refunded", shop_id=shop.pk, facts={"order": each.pk, "cents": 250})
    note(SYSTEM, "transfer_entered", shop_id=shop.pk, facts={"order": "x", "cents": 1})
    view = audit_of_shop(shop, actor=SYSTEM)
    for typed in (
        order.code,
        f" {order.code[:4]}\u00a0{order.code[4:]}",
        f"{order.code[:4]} {order.code[4:]}",
    ):
        lines, _more = view.page(read_question({"mot": typed}))
        money = [line.entry for line in lines if line.entry.deed == "payment_refunded"]
        assert [entry.facts["order"] for entry in money] == [order.pk]


def test_it_holds_nothing_of_a_reader(network, shop):
    order = reservation(shop)
    blocks = audit_blocks(audit_of_network(network, actor=SYSTEM).each(WHOLE))
    text = b"".join(blocks).decode("utf-8-sig")
    assert order.code in text
    for personal in (order.name, order.email, order.phone):
        assert personal == "" or personal not in text


def test_pages_follow_each_other_without_a_gap_though_moments_are_the_same(network, shop):
    now = timezone.now()
    for n in range(7):
        note(SYSTEM, "set_host", shop_id=shop.pk, facts={"host": f"{n}.example.org"})
    AuditEntry.objects.update(at=now)
    view = audit_of_network(network, actor=SYSTEM)
    question, seen = Question(kind=DeedKind.NETWORK, text="example.org"), []
    while True:
        lines, more = view.page(question, 2)
        seen += [line.entry.pk for line in lines]
        if more is None:
            break
        question = read_question(dict(parse_qsl(address_of(question, more))))
    kept = AuditEntry.objects.filter(deed="set_host").values_list("pk", flat=True)
    assert seen == sorted(kept, reverse=True)


def test_it_is_filtered_by_shop_person_kind_day_and_text(network, shop):
    other = make_shop(slug="autre")
    join_network(shop=other, network=network, actor=SYSTEM)
    boss = make_staff(shop, StaffRole.MANAGER, name="Zoé Petit").actor
    issue_token(shop=shop, label="Caisse 100%", actor=boss)
    issue_token(shop=other, label="Caisse 1000", actor=SYSTEM)
    view = audit_of_network(network, actor=SYSTEM)
    assert deeds(view, kind=DeedKind.PEOPLE) == ["token_issued"] * 2
    assert deeds(view, kind=DeedKind.PEOPLE, shop="autre") == ["token_issued"]
    assert deeds(view, person="zoé") == ["token_issued"]
    assert deeds(view, person="nobody at all") == []
    assert deeds(view, text="100%") == ["token_issued"]
    yesterday = timezone.localdate() - timedelta(days=1)
    assert deeds(view, last=yesterday) == []
    stranger = make_shop(slug="ailleurs")
    issue_token(shop=stranger, label="X", actor=SYSTEM)
    assert deeds(view, shop="ailleurs") == []
    every = audit_of_installation(actor=SYSTEM)
    assert deeds(every, text="X", shop="ailleurs") == ["token_issued"]


def test_another_networks_deeds_are_its_own(network, shop):
    other = make_network()
    join_network(shop=shop, network=other, actor=SYSTEM)
    note(SYSTEM, "asked_to_mend", shop_id=shop.pk, network_id=other.pk, facts={"faults": []})
    AuditEntry.objects.filter(deed="joined_network").delete()
    asked = {"kind": DeedKind.NETWORK}
    assert deeds(audit_of_network(network, actor=SYSTEM), **asked) == []
    assert deeds(audit_of_network(network, actor=SYSTEM), shop=shop.slug, **asked) == []
    assert deeds(audit_of_network(other, actor=SYSTEM), **asked) == ["asked_to_mend"]
    assert deeds(audit_of_shop(shop, actor=SYSTEM), **asked) == ["asked_to_mend"]


def test_who_may_read_which(network, shop):
    editor = make_coordinator(network, NetworkRole.EDITOR).actor
    stranger = make_coordinator(make_network()).actor
    staff, boss = make_staff(shop).actor, make_staff(shop, StaffRole.MANAGER).actor
    coordinator = make_coordinator(network).actor
    for actor, refusal in ((editor, Forbidden), (stranger, NotFound), (boss, NotFound)):
        with pytest.raises(refusal):
            audit_of_network(network, actor=actor)
    for actor, refusal in ((staff, Forbidden), (coordinator, Forbidden), (READER, NotFound)):
        with pytest.raises(refusal):
            audit_of_shop(shop, actor=actor)
    with pytest.raises(NotFound):
        audit_of_installation(actor=coordinator)
    assert audit_of_network(network, actor=coordinator).scope == "network"
    assert audit_of_shop(shop, actor=boss).shops == (shop.pk,)


def test_a_page_needs_few_queries_however_many_lines(network, shop, django_assert_max_num_queries):
    for n in range(3):
        boss = make_staff(shop, StaffRole.MANAGER, name=f"P{n}").actor
        employ_staff(shop=shop, email=f"{n}@example.org", actor=boss)
        reservation(shop)
    view = audit_of_network(network, actor=SYSTEM)
    with django_assert_max_num_queries(5):
        lines, _more = view.page(WHOLE)
    assert len(lines) >= 10


def test_an_export_is_noted_and_no_cell_is_a_formula(network, shop):
    issue_token(shop=shop, label="=1+1", actor=SYSTEM)
    coordinator = make_coordinator(network)
    answer = browser_of(coordinator).get(f"/bureau/{network.slug}/audit.csv?acte=people")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [row[3] for row in rows[1:]] == ["'=1+1"]
    noted = AuditEntry.objects.get(deed="exported_audit")
    assert (noted.network_id, noted.actor_id) == (network.pk, coordinator.pk)
    with pytest.raises(Forbidden):
        export_audit(question=WHOLE, shop=shop, actor=make_staff(shop).actor)
    assert AuditEntry.objects.filter(deed="exported_audit").count() == 1


def test_the_pages_show_it_to_whom_it_belongs(network, shop):
    order = reservation(shop)
    boss = make_staff(shop, StaffRole.MANAGER)
    office = browser_of(make_coordinator(network)).get(f"/bureau/{network.slug}/audit")
    assert "a mis une réservation de côté" in office.content.decode()
    assert order.code in office.content.decode()
    counter = browser_of(boss).get(f"/comptoir/{shop.slug}/boutique/journal")
    assert "Ana Roux" in counter.content.decode()
    assert browser_of(boss).get("/bureau/journal").status_code == 404
    assert order.code in browser_of(make_operator()).get("/bureau/journal").content.decode()


@pytest.mark.parametrize(
    "typed", ["du=x&au=9999-99-99", "du=0001-01-01", "avant=~~", "avant=2026-01-01~audit~x"]
)
def test_what_cannot_be_read_is_left_out(network, typed):
    client = browser_of(make_coordinator(network))
    assert client.get(f"/bureau/{network.slug}/audit?{typed}").status_code == 200


def test_the_days_are_whole_days_of_the_network(network, shop):
    order = reservation(shop)
    late = timezone.localtime().replace(hour=23, minute=59, second=59) - timedelta(days=2)
    OrderEvent.objects.filter(order=order).update(happened_at=late)
    view = audit_of_network(network, actor=SYSTEM)
    day = late.date()
    assert deeds(view, kind=DeedKind.ORDERS, first=day, last=day)
    assert not deeds(view, kind=DeedKind.ORDERS, first=day + timedelta(days=1))
