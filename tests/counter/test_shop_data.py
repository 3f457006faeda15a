"""What a shop says of itself, changed by its manager at the counter."""

import pytest

from comptoir.shops.models import Service, ServiceKind
from tests.counter.conftest import browser_of
from tests.counter.test_shop import PAGE, POLICY

OWN = "/comptoir/pilori/page"
WHO = {
    "name": "Le Pilori",
    "kind": "both",
    "street": "5 rue Neuve",
    "postcode": "86000",
    "city": "Poitiers",
    "services": ["", "delivery", "events"],
}
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def week(**days: tuple[str, ...]) -> dict[str, str]:
    """Return the fields of a week: `Tu=("10:00", "", "", "19:00")`."""
    return {
        f"hours_{day}_{place}": moment
        for day in DAYS
        for place, moment in enumerate(days.get(day, ("",) * 4))
    }


def saved(browser, sent):
    """Send the form, and once more with the hours that are asked about; return the last answer."""
    answer = browser.post(PAGE, POLICY | sent)
    if answer.status_code == 200 and answer.context["unseen"]:
        answer = browser.post(PAGE, POLICY | sent | {"hours_seen": answer.context["unseen"]})
    return answer


def test_a_manager_changes_who_the_shop_is(manager, shop):
    Service.objects.create(shop=shop, kind=ServiceKind.GIFT_WRAP)
    was = shop.latitude, shop.longitude
    browser = browser_of(manager)
    assert browser.post(OWN, WHO).status_code == 302
    shop.refresh_from_db()
    assert (shop.name, shop.kind, shop.street) == ("Le Pilori", "both", "5 rue Neuve")
    assert set(shop.services.values_list("kind", flat=True)) == {"delivery", "events"}
    assert (shop.latitude, shop.longitude) == was, "another street moves nobody"
    assert shop.slug == "pilori"
    wrote = {o.field: (o.actor_kind, o.actor_id) for o in shop.origins.all()}
    for field in ("name", "kind", "street", "services"):
        assert wrote[field] == ("user", manager.pk)
    assert not {"latitude", "city"} & wrote.keys(), "what stayed has no new author"
    browser.post(OWN, {"services": ""})
    assert not shop.services.exists()


def test_another_town_moves_the_shop_there_with_its_clock(manager, shop):
    browser = browser_of(manager)
    sent = WHO | {"postcode": "97400", "city": "Saint-Denis"}
    assert browser.post(OWN, sent).status_code == 302
    shop.refresh_from_db()
    assert shop.latitude == pytest.approx(-20.88, abs=0.1)
    assert shop.longitude == pytest.approx(55.45, abs=0.1)
    assert shop.time_zone == "Indian/Reunion"
    assert {"latitude", "longitude"} <= {o.field for o in shop.origins.all()}


def test_a_point_that_is_typed_counts_where_it_is_near(manager, shop):
    browser = browser_of(manager)
    sent = WHO | {"latitude": "46,5812° N", "longitude": "0.3398"}
    assert browser.post(OWN, sent).status_code == 302
    shop.refresh_from_db()
    assert (shop.latitude, shop.longitude) == (46.5812, 0.3398)
    page = browser.post(OWN, sent | {"latitude": "48.85"})
    assert list(page.context["forms"]["about"].errors) == ["latitude"]


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("name", " "),
        ("postcode", "8600"),
        ("city", ""),
        ("kind", "cinema"),
        ("services", ["", "fishing"]),
        ("latitude", "north"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(manager, shop, field, bad):
    page = browser_of(manager).post(OWN, WHO | {field: bad})
    assert page.status_code == 200
    if field != "postcode":
        assert list(page.context["forms"]["about"].errors) == [field]
    shop.refresh_from_db()
    assert shop.name == "Librairie du Pilori"


def test_the_hours_of_a_week_are_typed_shown_and_saved(manager, shop):
    shop.opening_hours = "Tu-Sa 10:00-19:00; PH off"
    shop.save()
    browser = browser_of(manager)
    page = browser.get(PAGE).content.decode()
    assert 'name="hours_Tu_0" value="10:00"' in page
    shown = {"hours_days": shop.opening_hours, "opening_hours": shop.opening_hours}
    sent = shown | week(Mo=("", "", "14:00", "19:00"), Tu=("9h30", "12h", "14:00", "19:00"))
    asked = browser.post(PAGE, POLICY | sent)
    assert asked.context["unseen"] == "Mo 14:00-19:00; Tu 09:30-12:00,14:00-19:00"
    assert 'value="9h30"' in asked.content.decode(), "what was typed stays"
    shop.refresh_from_db()
    assert shop.opening_hours == "Tu-Sa 10:00-19:00; PH off"
    sent |= {"hours_holidays": "yes"}
    assert saved(browser, sent).status_code == 302
    shop.refresh_from_db()
    assert shop.opening_hours == "Mo 14:00-19:00; Tu 09:30-12:00,14:00-19:00; PH off"


def test_a_form_that_is_sent_back_as_it_was_changes_no_hours(manager, shop):
    shop.opening_hours = "Tu-Th 10:00-19:00; Fr,Sa 10:00-26:00"
    shop.save()
    browser = browser_of(manager)
    fields = browser.get(PAGE).context["week"]
    sent = {name: value for day in fields.days for name, _said, value in day.moments}
    sent |= {"hours_days": shop.opening_hours, "opening_hours": shop.opening_hours}
    assert browser.post(PAGE, POLICY | sent).status_code == 302
    shop.refresh_from_db()
    assert shop.opening_hours == "Tu-Th 10:00-19:00; Fr,Sa 10:00-26:00"
    assert not shop.origins.filter(field="opening_hours").exists()


def test_words_count_where_they_were_changed_and_not_beside_other_days(manager, shop):
    shop.opening_hours = "Tu-Sa 10:00-19:00; PH off"
    shop.save()
    browser = browser_of(manager)
    tuesday_to_saturday = dict.fromkeys(DAYS[1:6], ("10:00", "", "", "19:00"))
    same = {"hours_days": shop.opening_hours, "hours_holidays": "yes"} | week(**tuesday_to_saturday)
    words = {"opening_hours": 'Tu-Sa 10:00-19:00; Mo "sur rendez-vous"'}
    both = same | words | {"hours_Tu_0": "11:00"}
    page = browser.post(PAGE, POLICY | both)
    assert list(page.context["policy_form"].errors) == ["opening_hours"]
    assert saved(browser, same | words).status_code == 302
    shop.refresh_from_db()
    assert shop.opening_hours == words["opening_hours"]
    page = browser.get(PAGE)
    assert page.context["week"] is None, "seven days cannot say it"


@pytest.mark.parametrize(
    "bad", [("10:00", "", "", ""), ("19:00", "10:00", "", ""), ("25", "", "", "26"),
            ("09:00", "15:00", "14:00", "19:00")]
)  # fmt: skip
def test_a_day_that_cannot_be_read_is_told(manager, shop, bad):
    page = browser_of(manager).post(PAGE, POLICY | {"hours_days": ""} | week(Tu=bad))
    assert page.status_code == 200
    assert "Mardi" in str(page.context["policy_form"].errors["opening_hours"])


def test_staff_see_no_form(desk, shop):
    page = desk.get(OWN).content.decode()
    assert 'name="street"' not in page
    assert desk.post(OWN, WHO).status_code == 403
