"""A real Chromium and a live server, shared by the tests that need them."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once. Skip with one line where there is none; fail where CI promises it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "Chromium is not installed: the browser tests are not run"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    # Playwright's loop makes Django refuse the ORM in this thread, although it runs nothing of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def context(browser: Browser, live_server) -> Iterator[BrowserContext]:
    """Give a fresh profile of a French reader, whose addresses begin at the live server."""
    profile = browser.new_context(base_url=live_server.url, locale="fr-FR")
    yield profile
    profile.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Give a tab that fails the test when the page itself raises an error."""
    tab = context.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.faults = faults
    return tab


@pytest.fixture
def plain_page(browser: Browser, live_server) -> Iterator[Page]:
    """Give a tab without JavaScript."""
    profile = browser.new_context(
        base_url=live_server.url, locale="fr-FR", java_script_enabled=False
    )
    yield profile.new_page()
    profile.close()
