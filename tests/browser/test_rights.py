"""Erasure in a real browser: French and English, narrow and wide, with and without JavaScript."""

import os
from pathlib import Path

import pytest

from comptoir.alerts.models import Alert
from comptoir.orders.models import Order
from tests.browser.conftest import sign_in
from tests.factories import make_operator
from tests.privacy.links import rights_word
from tests.privacy.person import EMAIL, seed

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("COMPTOIR_SHOTS")
WORDS = {
    "fr-FR": ("Voir ou effacer ce qui vous concerne", "M’envoyer le lien", "Effacer…",
              "Effacer définitivement", "C’est effacé"),
    "en-GB": ("See or erase what concerns you", "Send me the link", "Erase …",
              "Erase for good", "It is erased"),
}  # fmt: skip


def shot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("locale", "width", "script"), [("fr-FR", 360, False), ("en-GB", 1280, True)]
)
def test_a_person_erases_what_is_kept_of_them(open_page, live_server, locale, width, script):
    way_in, send, erase, for_good, done = WORDS[locale]
    seeded = seed()
    still_open = seeded.order("1004", status="placed", ended_at=None)
    page = open_page(
        locale=locale, viewport={"width": width, "height": 800}, java_script_enabled=script
    )
    name = f"{locale[:2]}-{width}"
    page.goto("/vie-privee")
    shot(page, f"privacy-{name}")
    page.get_by_role("link", name=way_in).click()
    page.get_by_role("textbox").last.fill(EMAIL)
    shot(page, f"ask-{name}")
    page.get_by_role("button", name=send).click()
    page.get_by_text(EMAIL).first.wait_for()
    page.goto(f"/vie-privee/mes-donnees/{rights_word(EMAIL)}")
    shot(page, f"kept-{name}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width if script else True
    page.get_by_role("link", name=erase).click()
    shot(page, f"erase-{name}")
    page.get_by_role("button", name=for_good).click()
    page.get_by_role("heading", name=done).wait_for()
    shot(page, f"erased-{name}")
    assert not Alert.objects.exists()
    assert Order.objects.get(code="1001").name == ""
    assert Order.objects.get(pk=still_open.pk).name


def test_no_page_of_rights_has_an_axe_violation(page, look, live_server):
    seed()
    page.goto("/vie-privee/mes-donnees")
    look("ask")
    word = rights_word(EMAIL)
    page.goto(f"/vie-privee/mes-donnees/{word}")
    look("kept")
    page.goto(f"/vie-privee/mes-donnees/{word}/effacer")
    look("erase")
    page.goto("/vie-privee/mes-donnees/none")
    look("over")
    page.goto("/vie-privee")
    page.get_by_text("Voir le tableau").click()
    look("privacy")
    page.goto("/accessibilite")
    look("statement")
    sign_in(page, make_operator(), live_server.url)
    page.goto("/bureau/donnees")
    look("proofs")
    assert not any(look.found.values()), look.found
