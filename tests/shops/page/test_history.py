"""Each change of a shop is in its history, in words, and is undone with one click."""

import re
from datetime import date

import pytest
from django.utils import translation

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import DomainError, Forbidden, NotFound
from comptoir.core.models import OutboxEntry
from comptoir.events.operations import move_pick, write_pick
from comptoir.events.operations.picks import order_of
from comptoir.orders.operations.page.undo import undo_act
from comptoir.shops.models import Shop, StaffRole
from comptoir.shops.operations import (
    SettingsChange,
    add_closure,
    import_shops,
    remove_closure,
    rename_shop,
    update_settings,
)
from comptoir.shops.operations.page import acts
from comptoir.shops.operations.page.meanwhile import last_act
from comptoir.shops.page.history import history_of
from comptoir.shops.page.lists import stands, without
from comptoir.shops.page.state import COLUMNS, NOT_KEPT
from comptoir.stock.shelf.ledger import change_settings
from tests.factories import make_offer, make_product, make_shop, make_staff
from tests.shops.page.kept import without_history

pytestmark = pytest.mark.django_db
DAY = date(2027, 1, 4)


def change(shop, actor=SYSTEM, **values):
    return change_settings(shop=shop, change=SettingsChange(**values), actor=actor)


def undo(shop, act_id, actor=SYSTEM, **options):
    return undo_act(shop=shop, act_id=act_id, actor=actor, **options)


def told(shop, language="fr") -> list[str]:
    """Return what the newest act changed, in sentences."""
    with translation.override(language):
        newest = history_of(shop, actor=SYSTEM)[0]
        found = [f"{line.label}: {' · '.join(line.told)}" for line in newest.lines]
    return [re.sub("[\u00a0\u202f]", " ", each) for each in found]


def refused(call) -> str:
    with pytest.raises(DomainError) as refusal:
        call()
    return refusal.value.code


def test_an_act_is_undone_whole_and_its_undo_too():
    shop = make_shop(phone="+33549000000", description="")
    owner = make_staff(shop, StaffRole.MANAGER)
    change(shop, phone="05 49 11 22 33", description="Deux salles.", services={"delivery"})
    (done,) = history_of(shop, actor=SYSTEM)
    assert {each.unit for each in done.lines} == {"phone", "description", "services"}
    undo(shop, done.act.pk, owner.actor)
    shop.refresh_from_db()
    assert (shop.phone, shop.description, shop.services.count()) == ("+33549000000", "", 0)
    assert shop.origins.get(field="phone").actor_id == owner.pk
    undone, first = history_of(shop, actor=SYSTEM)
    assert (undone.act.undoes, undone.act.actor_id, first.undone) == (first.act, owner.pk, True)
    undo(shop, undone.act.pk)
    shop.refresh_from_db()
    assert (shop.phone, shop.services.get().kind) == ("+33549112233", "delivery")
    again = history_of(shop, actor=SYSTEM)
    assert [each.can_undo for each in again] == [True, False, True], "it stands again"
    assert refused(lambda: undo(shop, undone.act.pk)) == "already_undone"


def test_what_was_changed_again_is_left_and_undone_by_itself_alone():
    shop = make_shop(phone="+33549000000", email="a@example.org")
    change(shop, phone="05 49 11 22 33", email="b@example.org")
    first = last_act(shop)
    change(shop, phone="05 49 44 55 66")
    newest, older = history_of(shop, actor=SYSTEM)
    assert {line.unit: line.changed_since for line in older.lines} == {
        "phone": True,
        "email": False,
    }
    done = undo(shop, first)
    assert [each.field for each in done.left] == ["phone"]
    shop.refresh_from_db()
    assert (shop.phone, shop.email) == ("+33549445566", "a@example.org")
    assert refused(lambda: undo(shop, first)) == "changed_since"
    assert refused(lambda: undo(shop, first, unit="phone")) == "changed_since"
    seen = last_act(shop)
    change(shop, phone="05 49 77 88 99")
    # Somebody wrote once more after the page was opened: it is not written over unseen.
    assert refused(lambda: undo(shop, first, unit="phone", since=seen)) == "changed_since"
    undo(shop, first, unit="phone", since=last_act(shop))
    shop.refresh_from_db()
    assert shop.phone == "+33549000000"
    assert newest.act.pk != first


def test_where_a_shop_is_is_put_back_whole():
    shop = make_shop()
    was = (shop.postcode, shop.city, shop.latitude, shop.longitude, shop.time_zone)
    change(shop, postcode="97400", city="Saint-Denis")
    assert [line.unit for line in history_of(shop, actor=SYSTEM)[0].lines] == ["place"]
    assert refused(lambda: undo(shop, last_act(shop), unit="city")) == "no_such_act"
    undo(shop, last_act(shop))
    shop.refresh_from_db()
    assert (shop.postcode, shop.city, shop.latitude, shop.longitude, shop.time_zone) == was


def test_what_others_see_of_the_stock_is_announced_when_it_is_put_back():
    shop = make_shop()
    offer = make_offer(shop=shop)
    change(shop, stock_shown="nothing")
    before = OutboxEntry.objects.count()
    undo(shop, last_act(shop))
    topics = list(OutboxEntry.objects.order_by("pk").values_list("topic", "key"))[before:]
    assert topics == [("offer", offer.pk), ("product", offer.product_id)]


def test_closures_come_and_go():
    shop = make_shop()
    closure = add_closure(shop=shop, first_day=DAY, last_day=DAY, reason="Travaux", actor=SYSTEM)
    assert told(shop) == ["Fermetures exceptionnelles: ajouté : lundi 4 janvier (Travaux)"]
    remove_closure(shop=shop, closure_id=closure.pk, actor=SYSTEM)
    undo(shop, last_act(shop), make_staff(shop).actor)
    assert shop.closures.get().reason == "Travaux"
    undo(shop, last_act(shop))
    assert not shop.closures.exists()


def test_the_order_of_words_on_titles_is_put_back_round_what_is_new():
    shop = make_shop()
    picks = [
        write_pick(shop=shop, product_id=make_product().pk, text="Un mot", actor=SYSTEM)
        for _each in range(3)
    ]
    first, second, third = (pick.product_id for pick in picks)
    move_pick(shop=shop, pick_id=picks[0].pk, by=-1, actor=SYSTEM)
    assert order_of(shop) == [third, first, second]
    new = write_pick(shop=shop, product_id=make_product().pk, text="Un mot", actor=SYSTEM)
    undo(shop, last_act(shop), make_staff(shop).actor)
    assert order_of(shop) == [new.product_id, third, second, first]


def test_who_may_not_change_may_not_undo():
    shop = make_shop()
    change(shop, hold_days=9)
    act = last_act(shop)
    staff, stranger = make_staff(shop), make_staff(make_shop())
    assert [each.act.pk for each in history_of(shop, actor=staff.actor)] == [act]
    with pytest.raises(Forbidden):
        undo(shop, act, staff.actor)
    for read in (history_of, lambda shop, actor: undo(shop, act, actor)):
        with pytest.raises(NotFound):
            read(shop, actor=stranger.actor)
    other = make_shop()
    assert refused(lambda: undo(other, act)) == "no_such_act"


def test_an_import_is_in_the_history_with_its_source(tmp_path):
    shop = make_shop(phone="")
    file = tmp_path / "a.csv"
    row = f"{shop.name};books;86000;Poitiers;05 49 11 22 33;delivery"
    head = "name;kind;postcode;city;phone;services"
    file.write_text(f"{head}\n{row}\nNeuve;books;86000;Poitiers;;\n", encoding="utf-8")
    assert without_history(lambda: import_shops(path=file, report=tmp_path / "b.csv")) == set()
    import_shops(path=file, report=tmp_path / "b.csv")
    (act,) = history_of(shop, actor=SYSTEM)
    assert (act.act.source, {line.unit for line in act.lines}) == ("file", {"phone", "services"})
    new = Shop.objects.get(name="Neuve")
    assert told(new) == ["Dans l’annuaire: « Neuve » y est reçue"]
    import_shops(path=file, report=tmp_path / "b.csv")
    assert shop.acts.count() == 1
    undo(shop, act.act.pk)
    shop.refresh_from_db()
    assert (shop.phone, shop.services.count()) == ("", 0)


def test_a_line_says_what_changed_in_the_readers_words():
    shop = make_shop(description="Une salle.", stock_shown="in_stock")
    change(shop, description="Deux salles.", stock_shown="nothing", services={"delivery"})
    assert sorted(told(shop)) == [
        "Ce que les autres sites voient de votre stock: « rien » ; c’était « qu’un titre est là »",
        "Quelques mots sur la boutique: « Deux salles. » ; c’était « Une salle. »",
        "Services: ajouté : Livraison à proximité",
    ]
    assert "Services: added: Delivery nearby" in told(shop, "en")
    change(shop, description="")
    assert told(shop) == ["Quelques mots sur la boutique: vidé ; c’était « Deux salles. »"]


# What changes each column of a shop that has a history: one that comes later is missed here.
TRIED = {
    "name": "B", "kind": "records", "street": "2 rue", "postcode": "97400", "city": "Saint-Denis",
    "phone": "05 49 11 22 33", "email": "b@example.org", "website": "https://b.example",
    "description": "b", "opening_hours": "Mo 10:00-12:00", "hold_days": 9, "safety_stock": 2,
    "rings_up": "never", "told_delay": 3, "confirm_after": 4, "wheelchair": "yes",
    "stock_shown": "exact", "open_data": True, "shares_stock": True,
    "asks_after": 3, "paused": True,
}  # fmt: skip
BY_OTHER_VERBS = {
    *("slug", "siret", "host", "inventory_word", "ended_at", "merged_into_id"),
    "circulars_by_mail",
}


def test_every_column_of_a_shop_has_a_history_and_is_tried():
    shop = make_shop(placed_in_town=False)
    call = lambda: change(shop, **TRIED)  # noqa: E731
    assert without_history(call) == set()
    call()
    kept = set(shop.acts.values_list("changes__field", flat=True))
    assert set(COLUMNS) - kept == BY_OTHER_VERBS
    assert {each.attname for each in Shop._meta.concrete_fields} - set(COLUMNS) == NOT_KEPT


def test_control_a_verb_that_keeps_no_history_is_found(monkeypatch):
    shop = make_shop()
    monkeypatch.setattr(acts, "keep_act", lambda *_args, **_options: None)
    done = SettingsChange(hold_days=9, services=frozenset({"events"}))
    call = lambda: update_settings(shop=shop, change=done, actor=SYSTEM)  # noqa: E731
    assert without_history(call) == {"hold_days", "services"}
    assert "slug" in without_history(lambda: rename_shop(shop=shop, name="B", actor=SYSTEM))


def test_of_a_list_only_what_an_act_touched_is_put_back():
    shop = make_shop()
    change(shop, services={"delivery", "events"})
    first = last_act(shop)
    change(shop, services={"delivery", "events", "gift_wrap"}, specialities={"jazz"})
    change(shop, services={"events", "gift_wrap"})
    third = last_act(shop)
    older = next(each for each in history_of(shop, actor=SYSTEM) if each.act.pk == first)
    assert older.lines[0].changed_since, "one of its two services is gone again"
    undo(shop, third)
    assert set(shop.services.values_list("kind", flat=True)) == {"delivery", "events", "gift_wrap"}
    undo(shop, first)
    assert shop.services.get().kind == "gift_wrap"


@pytest.mark.parametrize(
    ("before", "after", "has", "found"),
    [
        (["a"], ["a", "b"], ["a", "b", "c"], (True, ["a", "c"])),
        (["a", "b"], ["b"], ["b", "c"], (True, ["a", "b", "c"])),
        (["a", "b"], ["b", "a"], ["c", "b", "a"], (True, ["c", "a", "b"])),
        (["a", "b"], ["b", "a"], ["a", "b"], (False, ["a", "b"])),
        (["a"], ["a", "b"], ["a"], (False, ["a"])),
        (["a"], [], ["a", "b"], (False, ["a", "b"])),
    ],
)
def test_what_stands_of_a_list_and_what_undoes_it(before, after, has, found):
    assert (stands("picks", before, after, has), without("picks", before, after, has)) == found


def test_hours_are_told_in_words_not_in_their_notation():
    shop = make_shop(opening_hours="")
    change(shop, opening_hours="Tu-Sa 10:00-12:00,14:00-19:00; PH off")
    week = "lundi : fermé · mardi au samedi : 10 h – 12 h, 14 h – 19 h · dimanche : fermé"
    assert told(shop) == [f"Horaires d’ouverture: « {week} », où il n’y avait rien"]
    change(shop, opening_hours="Mo-Su 10:00-18:00; Jul 10:00-20:00")
    (said,) = told(shop, "en")
    assert "Monday to Sunday: 10 AM – 6 PM · other hours at times”; it was “Monday" in said


def test_hours_that_differ_on_holidays_alone_are_told_apart():
    shop = make_shop(opening_hours="Mo-Su 10:00-18:00; PH off")
    change(shop, opening_hours="Mo-Su 10:00-18:00")
    (said,) = told(shop)
    assert "Mo-Su 10:00-18:00 » ; c’était « Mo-Su 10:00-18:00; PH off" in said
