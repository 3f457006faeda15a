"""A withdrawal in a browser: French and English, narrow and wide, with and without JavaScript."""

import pytest

from comptoir.orders.models import Order
from comptoir.withdrawals.models import Withdrawal
from tests.browser.axe import WIDTHS, fits, is_sound
from tests.withdrawals.world import bought, delivered

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
WORDS = {
    "fr-FR": ("Renoncer au contrat ici", "Confirmer la rétractation", "Accusé de réception"),
    "en-GB": ("Withdraw from the contract here", "Confirm the withdrawal", "Receipt of a"),
}


def look(page, *, script: bool) -> None:
    """Nothing is wrong for axe, which is a script, and nothing wider than the screen."""
    if script:
        is_sound(page)
        return
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 780})
        fits(page, width)


@pytest.mark.parametrize(("locale", "script"), [("fr-FR", False), ("en-GB", True)])
def test_two_steps_from_any_page_lead_to_a_receipt(browser, live_server, locale, script):
    order: Order = delivered(bought(2, kind="record", format="lp"))
    here, confirm, receipt = WORDS[locale]
    asked = {"locale": locale, "java_script_enabled": script, "base_url": live_server.url}
    with browser.new_context(**asked) as context:
        page = context.new_page()
        page.goto("/boutiques")
        page.get_by_role("contentinfo").get_by_role("link", name=here).click()
        page.get_by_role("heading", name=here).wait_for()
        look(page, script=script)
        page.goto(f"/reservation/{order.token}")
        page.get_by_role("main").get_by_role("link", name=here).click()
        page.get_by_role("checkbox").check()
        page.get_by_role("combobox").select_option("1")
        look(page, script=script)
        page.get_by_role("button", name=here).click()
        page.get_by_role("button", name=confirm).wait_for()
        look(page, script=script)
        page.get_by_role("button", name=confirm).click()
        page.get_by_role("heading", name=receipt).wait_for()
        look(page, script=script)
        with page.expect_download() as fetched:
            page.get_by_role("link", name="PDF").click()
        assert fetched.value.suggested_filename.startswith("retractation-")
    assert Withdrawal.objects.get(order=order).lines.get().quantity == 1
