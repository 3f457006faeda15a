"""What a shop tells the directory at its counter: how its services are used, what it is known for,
access, what others see of its stock, whether its entry is open data."""

from click.testing import CliRunner

from comptoir.cli import main
from comptoir.shops.models import ServiceKind
from tests.counter.conftest import browser_of
from tests.counter.test_shop import POLICY

PAGE = "/comptoir/pilori/page"

ENTRY = {
    "services": ["", "phone_orders", "mail_order"],
    "how_phone_orders": "9:30–18:00,\r\n demandez Anne",
    "how_mail_order": "",
    "how_events": "Le jeudi",
    "specialities": ["", "comics", "manga"],
    "wheelchair": "limited",
    "stock_shown": "exact",
    "open_data": "yes",
}


def services(shop) -> dict[str, str]:
    return dict(shop.services.values_list("kind", "how"))


def test_a_manager_says_what_the_directory_shows(manager, shop):
    browser = browser_of(manager)
    assert browser.post(PAGE, ENTRY).status_code == 302
    shop.refresh_from_db()
    # What stands beside a service that is not ticked is not offered.
    assert services(shop) == {"phone_orders": "9:30–18:00, demandez Anne", "mail_order": ""}
    assert set(shop.specialities.values_list("kind", flat=True)) == {"comics", "manga"}
    assert (shop.wheelchair, shop.stock_shown, shop.open_data) == ("limited", "exact", True)
    wrote = {origin.field: origin.actor_id for origin in shop.origins.all()}
    told = {"services", "service_details", "specialities", "wheelchair", "stock_shown", "open_data"}
    assert {wrote.get(name) for name in told} == {manager.pk}
    page = browser.get(PAGE).content.decode()
    assert 'value="9:30–18:00, demandez Anne"' in page
    assert browser.post(PAGE, ENTRY).status_code == 302
    assert {o.field: o.written_at for o in shop.origins.all()}.keys() == wrote.keys()


def test_what_is_taken_back_is_gone(manager, shop):
    browser = browser_of(manager)
    browser.post(PAGE, ENTRY)
    nothing = {"services": "", "specialities": "", "wheelchair": "", "open_data": ""}
    kept = {"how_phone_orders": "9:30–18:00, demandez Anne"}
    assert browser.post(PAGE, nothing | kept).status_code == 302
    shop.refresh_from_db()
    assert services(shop) == {}
    assert not shop.specialities.exists()
    assert (shop.wheelchair, shop.open_data) == ("", False)


def test_a_form_that_does_not_show_them_changes_none(manager, shop):
    browser = browser_of(manager)
    browser.post(PAGE, ENTRY)
    assert browser.post("/comptoir/pilori/boutique", POLICY).status_code == 302
    shop.refresh_from_db()
    assert services(shop)["phone_orders"]
    assert (shop.wheelchair, shop.open_data) == ("limited", True)
    assert shop.specialities.count() == 2


def test_what_cannot_be_kept_is_told_at_its_field(manager, shop):
    browser = browser_of(manager)
    page = browser.post(PAGE, ENTRY | {"how_phone_orders": "9 h | 18 h"})
    assert "«\u00a0|\u00a0»" in str(page.context["forms"]["about"].errors["how_phone_orders"])
    page = browser.post(PAGE, ENTRY | {"how_phone_orders": "x" * 161})
    assert "how_phone_orders" in page.context["forms"]["about"].errors
    page = browser.post(PAGE, ENTRY | {"specialities": ["", "whales"]})
    assert "specialities" in page.context["forms"]["about"].errors
    assert services(shop) == {}


def test_an_operator_says_it_from_the_command_line(shop):
    shop.services.create(kind=ServiceKind.EVENTS, how="Le jeudi")

    def run(*options: str) -> str:
        done = CliRunner().invoke(main, ["shops", "edit", shop.slug, *options])
        assert done.exit_code == 0, done.output
        return done.output

    run(
        *("--how", "phone_orders: 9:30–18:00", "--specialities", "jazz,rock"),
        *("--wheelchair", "yes", "--stock-shown", "nothing", "--open-data"),
    )
    shop.refresh_from_db()
    assert services(shop) == {"events": "Le jeudi", "phone_orders": "9:30–18:00"}
    assert set(shop.specialities.values_list("kind", flat=True)) == {"jazz", "rock"}
    assert (shop.wheelchair, shop.stock_shown, shop.open_data) == ("yes", "nothing", True)
    run("--how", "events:", "--no-open-data")
    shop.refresh_from_db()
    assert services(shop)["events"] == ""
    assert shop.open_data is False
