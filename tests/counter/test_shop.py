"""The shop's settings: staff see them, a manager changes them."""

from datetime import timedelta

import lxml.html
import pytest
from django.utils import timezone

from comptoir.core.models import OutboxEntry
from comptoir.shops.models import FieldOrigin
from comptoir.version import running
from tests.counter.conftest import browser_of

PAGE = "/comptoir/pilori/boutique"
POLICY = {"hold_days": "5", "safety_stock": "1", "rings_up": "never"}


def closure(first, last):
    return {"first_day": first.isoformat(), "last_day": last.isoformat(), "reason": "Inventaire"}


def test_a_manager_changes_how_copies_are_kept(manager, shop):
    assert browser_of(manager).post(PAGE, POLICY).status_code == 302
    shop.refresh_from_db()
    assert (shop.hold_days, shop.safety_stock, shop.rings_up) == (5, 1, "never")


def test_each_page_of_the_shop_leads_back_to_it(manager, shop):
    client = browser_of(manager)
    shown = lxml.html.fromstring(client.get(PAGE).content)
    parts = shown.xpath("//div[@class='settings']//p/a[contains(@class, 'button')]/@href")
    assert {f"{PAGE}/envois", f"{PAGE}/sorties"} <= set(parts)
    for part in parts:
        page = lxml.html.fromstring(client.get(part).content)
        assert page.xpath("//p[@class='crumbs']/a/@href") == [PAGE], part
        assert page.xpath(f"//nav/a[@href='{PAGE}']/@aria-current") == ["page"], part


def test_staff_see_but_do_not_change(desk, shop):
    assert 'name="hold_days"' not in desk.get(PAGE).content.decode()
    assert desk.post(PAGE, POLICY).status_code == 403
    shop.refresh_from_db()
    assert shop.hold_days == 3


@pytest.mark.parametrize(
    "bad", [{"hold_days": "0"}, {"safety_stock": "-1"}, {"rings_up": "x"}, {"hold_days": "99"}]
)
def test_a_number_out_of_range_is_told(manager, shop, bad):
    page = browser_of(manager).post(PAGE, POLICY | bad)
    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    shop.refresh_from_db()
    assert shop.hold_days == 3


OWN = "/comptoir/pilori/page"
HOURS = {
    "opening_hours": "Mo-Fr 09:00-18:00",
    "paused": "yes",
    "hours_seen": "Mo-Fr 09:00-18:00",
}
SHOP = {
    "phone": "05 49 11 22 33",
    "email": "Bonjour@Pilori.example",
    "website": "https://pilori.example",
    "description": "Trois salles.",
}


def test_a_manager_changes_how_the_shop_is_reached(manager, shop):
    browser = browser_of(manager)
    assert browser.post(PAGE, POLICY | HOURS).status_code == 302
    assert browser.post(OWN, SHOP).status_code == 302
    shop.refresh_from_db()
    assert (shop.opening_hours, shop.phone) == ("Mo-Fr 09:00-18:00", "+33549112233")
    assert (shop.email, shop.website) == ("bonjour@pilori.example", "https://pilori.example")
    assert shop.description == "Trois salles."
    assert shop.paused_at
    page = browser.get(OWN).content.decode()
    assert 'value="05 49 11 22 33"' in page
    browser.post(PAGE, POLICY | {"paused": ""})
    shop.refresh_from_db()
    assert (shop.paused_at, shop.phone) == (None, "+33549112233")


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("opening_hours", "toujours"),
        ("phone", "12"),
        ("email", "pilori"),
        ("website", "javascript:alert(1)"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(manager, shop, field, bad):
    path, sent = (PAGE, POLICY | HOURS) if field in HOURS else (OWN, SHOP)
    page = browser_of(manager).post(path, sent | {field: bad})
    assert page.status_code == 200
    forms = [page.context.get("policy_form"), page.context.get("forms", {}).get("about")]
    assert [list(form.errors) for form in forms if form is not None] == [[field]]
    shop.refresh_from_db()
    assert (shop.hold_days, shop.description) == (3, "")


def test_a_copy_kept_back_is_published(manager, offer, shop):
    offer.on_hand = offer.counted = 1
    offer.save()
    before = OutboxEntry.objects.count()
    browser_of(manager).post(PAGE, POLICY)
    told = list(OutboxEntry.objects.order_by("pk").values_list("topic", "key"))[before:]
    assert told == [("offer", offer.pk), ("product", offer.product_id)]


def test_a_closure_moves_the_deadlines(desk, reserve, shop):
    order = reserve()
    today = timezone.localdate()
    desk.post(f"{PAGE}/fermetures", closure(today, today + timedelta(days=20)))
    before = order.deadline
    order.refresh_from_db()
    assert order.deadline > before + timedelta(days=10)
    assert shop.closures.get().reason == "Inventaire"
    assert order.events.filter(kind="deadline_moved").exists()


def test_a_closure_that_ends_before_it_begins_is_told(desk, shop):
    today = timezone.localdate()
    page = desk.post(f"{PAGE}/fermetures", closure(today, today - timedelta(days=1)), follow=True)
    said = page.content.decode()
    assert "note--warning" in said
    assert f'value="{today}"' in said, "what was typed stays"
    assert f'name="next" value="{PAGE}"' in said, "the other language is shown of a page"
    assert not shop.closures.exists()


def test_a_closure_is_taken_back(desk, shop):
    made = shop.closures.create(first_day="2027-01-04", last_day="2027-01-05")
    desk.post(f"{PAGE}/fermetures/{made.pk}")
    assert not shop.closures.exists()


def test_a_number_of_another_territory_survives_a_form_that_is_sent_back(manager, shop):
    shop.phone = "+596596600000"
    shop.save()
    browser = browser_of(manager)
    form = browser.get(OWN).context["forms"]["about"]
    assert browser.post(OWN, {"phone": form["phone"].value()}).status_code == 302
    shop.refresh_from_db()
    assert shop.phone == "+596596600000"


def test_staff_see_which_version_runs_and_readers_do_not(desk, client):
    assert f"Comptoir {running()}</footer>" in desk.get(PAGE).content.decode()
    assert running() not in client.get("/").content.decode()


def test_beside_each_field_is_who_wrote_it_and_when(manager, shop):
    browser = browser_of(manager)
    before = browser.get(PAGE, headers={"Accept-Language": "fr"}).content.decode()
    assert "écrit par" not in before
    browser.post(PAGE, POLICY)
    day = timezone.localtime(FieldOrigin.objects.get(field="hold_days").written_at)
    FieldOrigin.objects.filter(field="safety_stock").update(imported=True)
    mapped = FieldOrigin.objects.create(shop=shop, field="website", imported=True, source="osm")
    FieldOrigin.objects.filter(pk=mapped.pk).update(written_at=day)
    page = browser.get(PAGE, headers={"Accept-Language": "fr"}).content.decode()
    own = browser.get(OWN, headers={"Accept-Language": "fr"}).content.decode()
    assert f"écrit par {manager} le {day:%d/%m/%Y}" in page
    assert f"venu de l’annuaire le {day:%d/%m/%Y}" in page
    assert f"venu d’ailleurs le {day:%d/%m/%Y}\u202f: OpenStreetMap" in own
    assert page.index("id_hold_days_helptext") < page.index("id_safety_stock_helptext")


def test_what_was_typed_into_a_name_is_no_markup_beside_a_field(manager, shop):
    manager.name = "<b>x</b>"
    manager.save()
    browser = browser_of(manager)
    browser.post(PAGE, POLICY)
    assert "<b>x</b>" not in browser.get(PAGE).content.decode()
