"""What a shop wrote stays when its directory is imported again, and the report says so."""

import csv

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.shops.models import FieldOrigin, Shop, StaffRole
from comptoir.shops.operations import ImportChoices, SettingsChange, import_shops, update_settings
from comptoir.shops.operations import origins as origins_module
from comptoir.shops.operations.origins import Word
from tests.factories import make_shop, make_staff
from tests.shops.test_import import GOOD, row, write

pytestmark = pytest.mark.django_db

HOURS = "Mo-Sa 09:00-18:00"
NEW_HOURS = "Tu-Su 10:00-19:00"


@pytest.fixture(autouse=True)
def _reports_of_its_own(tmp_path, settings):
    settings.VAR = tmp_path / "var"


@pytest.fixture
def shop(tmp_path) -> Shop:
    """A shop as an import made it."""
    import_shops(path=write(tmp_path / "first.csv", GOOD))
    return Shop.objects.get()


@pytest.fixture
def manager(shop):
    return make_staff(shop, StaffRole.MANAGER).actor


def again(tmp_path, choices=None, **changes):
    return import_shops(path=write(tmp_path / "again.csv", row(**changes)), choices=choices)


def origin(field: str) -> FieldOrigin:
    return FieldOrigin.objects.get(field=field)


def report_of(done) -> list[dict[str, str]]:
    with done.report.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_what_the_shop_wrote_stays_and_is_told(tmp_path, shop, manager):
    change = SettingsChange(opening_hours=HOURS, description="Ouvert depuis 1973")
    update_settings(shop=shop, change=change, actor=manager)
    done = again(tmp_path)
    assert (done.changed, done.unchanged, done.kept_out) == (0, 1, 2)
    shop.refresh_from_db()
    assert (shop.opening_hours, shop.description) == (HOURS, "Ouvert depuis 1973")
    told = {each["column"]: each for each in report_of(done)}
    assert told.keys() == {"opening_hours", "description"}
    hours = told["opening_hours"]
    assert (hours["line"], hours["code"], hours["shop"]) == ("2", "kept_out", shop.slug)
    assert (hours["has"], hours["offered"]) == (HOURS, GOOD["opening_hours"])
    assert HOURS in hours["reason"]


def test_control_without_its_word_the_import_undoes_it(tmp_path, shop, manager, monkeypatch):
    update_settings(shop=shop, change=SettingsChange(opening_hours=HOURS), actor=manager)
    monkeypatch.setattr("comptoir.shops.operations.imports.weigh", lambda *_asked: Word.TAKEN)
    assert again(tmp_path).changed == 1
    shop.refresh_from_db()
    assert shop.opening_hours == GOOD["opening_hours"]


def test_what_a_shop_emptied_stays_empty(tmp_path, shop, manager):
    update_settings(shop=shop, change=SettingsChange(phone=""), actor=manager)
    assert again(tmp_path).kept_out == 1
    assert Shop.objects.get().phone == ""


def test_who_wrote_each_field_when_and_what_was_offered_last_is_kept(tmp_path, shop, manager):
    first = origin("opening_hours")
    assert (first.imported, first.actor_kind, first.offered) == (
        True,
        "system",
        GOOD["opening_hours"],
    )
    assert origin("services").offered == ["click_collect", "events", "special_orders"]
    update_settings(shop=shop, change=SettingsChange(opening_hours=HOURS), actor=manager)
    again(tmp_path, opening_hours=NEW_HOURS)
    kept = origin("opening_hours")
    assert (kept.imported, kept.actor_kind, kept.actor_id) == (False, "user", manager.id)
    assert kept.offered == NEW_HOURS
    assert first.written_at < kept.written_at < kept.offered_at


def test_a_form_that_sends_everything_back_writes_nothing(tmp_path, shop, manager):
    Shop.objects.update(description="Une ligne\r\nune autre")
    change = SettingsChange(
        phone="05 49 41 00 00",
        email=shop.email,
        website=shop.website,
        description="Une ligne\r\nune autre",
        opening_hours=shop.opening_hours,
        hold_days=shop.hold_days,
    )
    update_settings(shop=shop, change=change, actor=manager)
    assert not FieldOrigin.objects.filter(imported=False).exists()
    assert again(tmp_path, phone="05 49 41 00 11").changed == 1
    assert Shop.objects.get().phone == "+33549410011"


def test_the_fields_that_nobody_touched_follow_the_file(tmp_path, shop, manager):
    update_settings(shop=shop, change=SettingsChange(opening_hours=HOURS), actor=manager)
    done = again(tmp_path, opening_hours=NEW_HOURS, street="5 rue Neuve", services="events")
    assert (done.changed, done.kept_out) == (1, 1)
    shop.refresh_from_db()
    assert (shop.street, shop.opening_hours) == ("5 rue Neuve", HOURS)
    assert [service.kind for service in shop.services.all()] == ["events"]
    changed = {each.column: (each.has, each.offered) for each in done.first_changes}
    assert changed == {
        "street": ("3 rue du Pilori", "5 rue Neuve"),
        "services": ("click_collect events special_orders", "events"),
    }


def test_an_operator_may_decide_that_the_file_is_right(tmp_path, shop, manager):
    update_settings(shop=shop, change=SettingsChange(opening_hours=HOURS, phone=""), actor=manager)
    choices = ImportChoices(overwrite=frozenset({"opening_hours"}))
    done = again(tmp_path, choices)
    assert (done.changed, done.kept_out) == (1, 1)
    shop.refresh_from_db()
    assert (shop.opening_hours, shop.phone) == (GOOD["opening_hours"], "")
    assert again(tmp_path, opening_hours=NEW_HOURS).changed == 1


def test_what_stood_before_authors_were_kept_may_be_the_shops(tmp_path):
    old = make_shop(siret=GOOD["siret"], name="Ancien nom", opening_hours=HOURS, description="")
    done = again(tmp_path)
    old.refresh_from_db()
    # Its hours, telephone and e-mail address may be its own; a name is the directory's, and where
    # nothing stood nothing is lost.
    assert (old.name, old.opening_hours) == (GOOD["name"], HOURS)
    assert (old.phone, old.email) == ("+33549000000", old.email)
    assert old.description == GOOD["description"]
    assert {each.column for each in done.first_kept_out} == {"opening_hours", "phone", "email"}
    assert origin("opening_hours").actor_kind == ""
    assert origin("opening_hours").offered == GOOD["opening_hours"]


def test_what_changed_behind_an_imports_back_stays(tmp_path, shop):
    Shop.objects.update(description="Écrit par une version d’avant")
    assert again(tmp_path, description="Du fichier").kept_out == 1
    assert Shop.objects.get().description == "Écrit par une version d’avant"


def test_a_trial_writes_nothing_but_its_report(tmp_path, shop, manager):
    update_settings(shop=shop, change=SettingsChange(opening_hours=HOURS), actor=manager)
    before = list(Shop.objects.values()), list(FieldOrigin.objects.order_by("pk").values())
    path = write(
        tmp_path / "trial.csv",
        row(street="5 rue Neuve", email=""),
        row(siret="", name="Disques du Clain", kind="records", street="9 quai du Clain"),
        row(postcode="1", name="C"),
    )
    done = import_shops(path=path, choices=ImportChoices(dry_run=True))
    assert (done.created, done.changed, done.unchanged, done.refused) == (1, 1, 0, 1)
    assert (
        list(Shop.objects.values()),
        list(FieldOrigin.objects.order_by("pk").values()),
    ) == before
    assert [(each["line"], each["code"], each["column"]) for each in report_of(done)] == [
        ("2", "changed", "street"),
        ("2", "changed", "email"),
        ("2", "kept_out", "opening_hours"),
        ("3", "new", ""),
        ("4", "bad_postcode", "postcode"),
    ]
    assert import_shops(path=path).created == 1


def test_the_clock_follows_the_postcode_unless_it_was_told(tmp_path):
    there = {"postcode": "97400", "city": "Saint-Denis", "latitude": "-20.88", "longitude": "55.45"}
    without = {name: value for name, value in GOOD.items() if name != "time_zone"}
    import_shops(path=write(tmp_path / "a.csv", without))
    import_shops(path=write(tmp_path / "b.csv", without | there))
    assert Shop.objects.get().time_zone == "Indian/Reunion"
    again(tmp_path, **there, time_zone="Indian/Mayotte")
    import_shops(path=write(tmp_path / "b.csv", without | there))
    assert Shop.objects.get().time_zone == "Indian/Mayotte"


def test_what_a_shop_writes_at_its_counter_is_what_an_import_respects():
    paused_is_no_column = {"paused"}
    settings = set(SettingsChange.__dataclass_fields__) - paused_is_no_column
    since = {"name", "kind", "street", "postcode", "city", "latitude", "longitude", "services"}
    since |= {"stock_shown", "specialities", "service_details", "open_data", "wheelchair"}
    since |= {"shares_stock", "asks_after"}
    assert settings - since == origins_module.WRITTEN_BY_SHOPS


def test_an_operator_s_own_hand_counts_as_written(tmp_path, shop):
    update_settings(shop=shop, change=SettingsChange(hold_days=9), actor=SYSTEM)
    done = again(tmp_path)
    assert [each.column for each in done.first_kept_out] == ["hold_days"]
    assert Shop.objects.get().hold_days == 9
