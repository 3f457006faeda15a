"""What is wrong with a page for axe, and at both widths."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
"""What axe looks for, and that it describes what it found wrong alone: to describe all that is
right takes it as long as to look."""
WIDTHS = (1280, 360)


def violations(page: Page) -> list[str]:
    """Return what axe finds on the page, once it is all there: a click waits for its first byte.

    A page reads axe once: to read it takes as long as to look. What a click has scrolled beneath a
    head that stays is covered, and no fault.
    """
    page.wait_for_load_state()
    page.evaluate("scrollTo(0, 0)")
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("rules => axe.run(rules)", RULES)["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]


def is_sound(page: Page) -> None:
    """Fail where something is wrong for axe, or wider than the screen, be it narrow or wide."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 780})
        assert violations(page) == [], f"{page.url} {width}"
        fits(page, width)


def fits(page: Page, width: int) -> None:
    """Fail where the page is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
