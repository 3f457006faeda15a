"""Two networks on one installation, each under its own name, in a real browser."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from comptoir.accounts.actors import SYSTEM
from comptoir.networks.operations import NetworkChange, change_network
from comptoir.shops.choice import portals
from comptoir.shops.operations import set_host
from tests.browser.axe import violations
from tests.chromium import ARGUMENTS
from tests.factories import make_coordinator, make_product
from tests.networks.portals import NORTH, SOUTH, Member, make_region

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
SHOP = "nadir.example"
COLOUR = "rgb(28, 92, 60)"


@pytest.fixture
def region(transactional_db, live_server, settings) -> dict[str, Member]:
    settings.BASE_URL = live_server.url
    made = make_region(make_product(title="Le livre commun"))
    change_network(
        network=made[NORTH].network,
        change=NetworkChange(accent="#1c5c3c", about="Une boutique au nord."),
        actor=SYSTEM,
    )
    set_host(shop=made[NORTH].shop, host=SHOP, actor=SYSTEM)
    portals.forget()
    return made


@pytest.fixture
def at(browser, live_server, tmp_path: Path, request) -> Iterator[Callable[[str], str]]:
    """Give what names an address under a host, and the profile that finds these hosts here."""
    port = urlsplit(live_server.url).port
    profile = browser.browser_type.launch_persistent_context(
        tmp_path,
        executable_path=shutil.which("chromium") or shutil.which("chromium-browser") or "",
        args=[*ARGUMENTS, "--host-resolver-rules=MAP *.example 127.0.0.1"],
        locale="fr-FR",
    )

    def address(host: str, path: str = "/") -> str:
        return f"http://{host}:{port}{path}"

    address.profile = profile
    yield address
    profile.close()


def colour_of(page: Page) -> str:
    told: str = page.evaluate("getComputedStyle(document.querySelector('.wordmark')).color")
    return told


def test_two_networks_are_two_sites_over_the_same_shops(at, region, live_server):
    page = at.profile.new_page()
    page.goto(at(NORTH))
    expect(page).to_have_title(
        "Réseau nord.example – le livre, le disque, en rayon près de chez vous"
    )
    expect(page.get_by_text("Une boutique au nord.")).to_be_visible()
    assert colour_of(page) == COLOUR
    page.get_by_role("link", name="Boutiques", exact=True).first.click()
    expect(page.get_by_role("link", name="Nadir")).to_be_visible()
    assert "Zyxquarb" not in page.content()
    page.goto(at(SOUTH, "/boutiques"))
    expect(page.get_by_role("link", name="Zyxquarb")).to_be_visible()
    assert "Nadir" not in page.content()
    assert colour_of(page) != COLOUR
    page.goto(f"{live_server.url}/boutiques")
    for name in ("Nadir", "Zyxquarb"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    page.goto(at(SHOP))
    expect(page.get_by_role("heading", name="Nadir", level=1)).to_be_visible()
    assert page.goto(at("ailleurs.example")).status == 404


def test_who_works_for_one_is_a_stranger_at_the_other(at, region, signed_in_at):
    signed_in_at(at.profile, NORTH, make_coordinator(region[NORTH].network))
    page = at.profile.new_page()
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("reseau", "personnes", "boutiques"):
            page.goto(at(NORTH, f"/bureau/nord/{path}"))
            assert violations(page) == [], (width, path)
            beyond = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(beyond), (width, path)
    # By keyboard alone, and shown before it is kept.
    page.goto(at(NORTH, "/bureau/nord/reseau"))
    page.get_by_label("Couleur").fill("#0b5d5b")
    page.get_by_label("Couleur").press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".bureau-look")).to_have_css("border-top-color", "rgb(11, 93, 91)")
    assert violations(page) == []
    page.goto(at(SOUTH, "/bureau/nord/reseau"))
    expect(page).to_have_url(re.compile("/compte/"))


@pytest.fixture
def signed_in_at(live_server) -> Callable[[BrowserContext, str, object], None]:
    """Sign somebody in under a host, as the browser of the test."""

    def sign_in(profile: BrowserContext, host: str, user) -> None:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session.host = host
        session.save()
        cookie = client.cookies["sessionid"].value
        # To both: it is the server that tells them apart.
        profile.add_cookies(
            [
                {"name": "sessionid", "value": cookie, "url": f"http://{each}"}
                for each in (host, SOUTH)
            ]
        )

    return sign_in
