"""Who may change what about a shop."""

from contextlib import suppress
from datetime import date

import pytest

from comptoir.accounts import tokens
from comptoir.accounts.actors import READER, SYSTEM
from comptoir.accounts.models import ApiToken, User
from comptoir.core.errors import Conflict, Forbidden, Invalid, NotFound
from comptoir.shops import operations
from comptoir.shops.models import Closure, RingsUp, Shop, Staff, StaffRole
from comptoir.shops.operations import SettingsChange
from comptoir.shops.reads import named_shop
from tests.factories import make_shop, make_staff

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 24)


def manager_of(shop):
    return make_staff(shop, StaffRole.MANAGER).actor


def every_verb(shop):
    closure = Closure.objects.create(shop=shop, first_day=DAY, last_day=DAY)
    operations.issue_token(shop=shop, label="till", actor=SYSTEM)
    token = ApiToken.objects.get(shop_grant__shop=shop)
    colleague = make_staff(shop)
    return [
        (operations.add_closure, {"first_day": DAY, "last_day": DAY, "reason": ""}),
        (operations.remove_closure, {"closure_id": closure.pk}),
        (operations.employ_staff, {"email": "a@example.org", "role": StaffRole.STAFF}),
        (operations.dismiss_staff, {"user_id": colleague.pk}),
        (operations.issue_token, {"label": "second till"}),
        (operations.revoke_token, {"token_id": token.pk}),
        (operations.update_settings, {"change": SettingsChange(hold_days=5)}),
    ]


def test_strangers_find_no_shop():
    shop, other = make_shop(), make_shop()
    secret = operations.issue_token(shop=other, label="till", actor=SYSTEM)
    strangers = [READER, manager_of(other), tokens.authenticate(secret)]
    for verb, values in every_verb(shop):
        for actor in strangers:
            with pytest.raises(NotFound) as caught:
                verb(shop=shop, actor=actor, **values)
            assert caught.value.code == "no_such_shop"


def test_staff_close_the_shop_but_change_nothing_else():
    shop = make_shop()
    staff = make_staff(shop).actor
    verbs = every_verb(shop)
    closing, others = verbs[:2], verbs[2:]
    for verb, values in others:
        with pytest.raises(Forbidden):
            verb(shop=shop, actor=staff, **values)
    for verb, values in closing:
        verb(shop=shop, actor=staff, **values)


def test_a_manager_and_the_system_may_do_everything():
    for who in (manager_of, lambda _shop: SYSTEM):
        shop = make_shop()
        actor = who(shop)
        for verb, values in every_verb(shop):
            verb(shop=shop, actor=actor, **values)


def test_a_closure_entered_twice_is_one():
    shop = make_shop()
    for reason in ("inventory", "stocktaking"):
        operations.add_closure(shop=shop, first_day=DAY, last_day=DAY, reason=reason, actor=SYSTEM)
    assert [closure.reason for closure in shop.closures.all()] == ["stocktaking"]


@pytest.mark.parametrize("last_day", [date(2026, 12, 23), date(2027, 12, 25)])
def test_a_closure_that_ends_before_it_begins_or_too_late_is_refused(last_day):
    with pytest.raises(Invalid, match=r"."):
        operations.add_closure(shop=make_shop(), first_day=DAY, last_day=last_day, actor=SYSTEM)
    assert not Closure.objects.exists()


def test_another_shops_closure_and_token_are_not_there():
    shop, other = make_shop(), make_shop()
    closure = other.closures.create(first_day=DAY, last_day=DAY)
    operations.issue_token(shop=other, label="till", actor=SYSTEM)
    token = ApiToken.objects.get()
    with pytest.raises(NotFound):
        operations.remove_closure(shop=shop, closure_id=closure.pk, actor=manager_of(shop))
    with pytest.raises(NotFound):
        operations.revoke_token(shop=shop, token_id=token.pk, actor=manager_of(shop))
    assert other.closures.exists()


def test_inviting_again_changes_the_role_only():
    shop = make_shop()
    for role in (StaffRole.STAFF, StaffRole.MANAGER):
        operations.employ_staff(shop=shop, email=" Lea@Example.org", role=role, actor=SYSTEM)
    staff = Staff.objects.get()
    assert (staff.user.email, staff.role) == ("lea@example.org", StaffRole.MANAGER)
    assert not staff.user.has_usable_password()
    operations.employ_staff(shop=make_shop(), email="lea@example.org", actor=SYSTEM)
    assert User.objects.count() == 1


@pytest.mark.parametrize("email", ["", "lea", "lea@", "lea@example.org\nBcc: x@example.org"])
def test_a_wrong_address_is_not_invited(email):
    with pytest.raises(Invalid) as caught:
        operations.employ_staff(shop=make_shop(), email=email, actor=SYSTEM)
    assert caught.value.code == "bad_email"
    assert not User.objects.exists()


def test_the_last_manager_stays():
    shop = make_shop()
    manager = make_staff(shop, StaffRole.MANAGER)
    with pytest.raises(Conflict) as caught:
        operations.dismiss_staff(shop=shop, user_id=manager.pk, actor=manager.actor)
    assert caught.value.code == "last_manager"
    with pytest.raises(Conflict):
        operations.employ_staff(
            shop=shop, email=manager.email, role=StaffRole.STAFF, actor=manager.actor
        )
    successor = make_staff(shop, StaffRole.MANAGER)
    operations.dismiss_staff(shop=shop, user_id=manager.pk, actor=successor.actor)
    with pytest.raises(NotFound):
        operations.add_closure(shop=shop, first_day=DAY, last_day=DAY, actor=manager.actor)


def test_a_token_acts_for_its_shop_until_it_is_revoked():
    shop = make_shop(siret="73282932000074")
    secret = operations.issue_token(shop=shop, label=" till ", actor=SYSTEM)
    actor = tokens.authenticate(secret)
    assert named_shop("73282932000074", actor=actor) == shop
    operations.revoke_token(shop=shop, token_id=actor.id, actor=SYSTEM)
    assert tokens.authenticate(secret) is None
    with pytest.raises(NotFound):
        named_shop("73282932000074", actor=actor)


def test_settings_change_what_is_told_and_nothing_else():
    shop = make_shop(description="Since 1973")
    before = Shop.objects.filter(pk=shop.pk).values().get()
    change = SettingsChange(
        phone="05 49 41 00 00",
        website="librairie.example",
        opening_hours="Mo-Sa 10:00-19:00",
        hold_days=5,
        rings_up=RingsUp.NEVER,
        email="",
    )
    operations.update_settings(shop=shop, change=change, actor=SYSTEM)
    after = Shop.objects.filter(pk=shop.pk).values().get()
    assert {name: after[name] for name in after if after[name] != before[name]} == {
        "phone": "+33549410000",
        "website": "https://librairie.example",
        "opening_hours": "Mo-Sa 10:00-19:00",
        "hold_days": 5,
        "rings_up": "never",
        "email": "",
    }


def test_a_paused_shop_is_hidden_until_it_resumes():
    shop = make_shop()
    for paused in (True, True, False):
        shop = operations.update_settings(
            shop=shop, change=SettingsChange(paused=paused), actor=SYSTEM
        )
        assert Shop.objects.open_to_public().exists() is not paused


@pytest.mark.parametrize(
    "change",
    [
        SettingsChange(hold_days=0),
        SettingsChange(hold_days=31),
        SettingsChange(safety_stock=-1),
        SettingsChange(opening_hours="when I like"),
        SettingsChange(website="javascript:alert(1)"),
        SettingsChange(website="ftp://example.org"),
        SettingsChange(phone="123"),
        SettingsChange(email="lea"),
    ],
)
def test_settings_out_of_range_change_nothing(change):
    shop = make_shop()
    before = Shop.objects.filter(pk=shop.pk).values().get()
    with pytest.raises(Invalid):
        operations.update_settings(shop=shop, change=change, actor=SYSTEM)
    assert Shop.objects.filter(pk=shop.pk).values().get() == before


@pytest.mark.parametrize("field", ["name", "street", "city"])
def test_what_stands_in_the_subject_of_a_mail_is_one_line(field):
    """Behind the end of a line somebody else would seem to write."""
    shop = make_shop(city="Poitiers")
    typed = "Poitiers\r\n\n \u202evotre  mot\u200b de passe"
    with suppress(Invalid):
        operations.update_settings(
            shop=shop, change=SettingsChange(**{field: typed}), actor=manager_of(shop)
        )
        shop.refresh_from_db()
        assert getattr(shop, field) == "Poitiers votre mot de passe"
    assert "\n" not in str(getattr(shop, field))


def test_a_name_that_nobody_sees_is_none():
    shop = make_shop(name="Le Pilori")
    with pytest.raises(Invalid) as refusal:
        operations.update_settings(shop=shop, change=SettingsChange(name="\u200b"), actor=SYSTEM)
    assert (refusal.value.code, refusal.value.data["field"]) == ("missing", "name")
