"""Profiles of a real Chromium (`tests.chromium`) at a live server, and who is signed in."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from comptoir.accounts.models import User
from comptoir.search import builder, reader
from tests.browser.axe import violations
from tests.patience import PATIENCE_SECONDS

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def context(browser: Browser, live_server) -> Iterator[BrowserContext]:
    """Give a fresh profile of a French reader, whose addresses begin at the live server."""
    profile = browser.new_context(base_url=live_server.url, locale="fr-FR")
    profile.set_default_timeout(PATIENCE_SECONDS * 1000)
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


@pytest.fixture
def open_page(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Return the function that opens a tab in a profile of its own, at 360 px and in French."""
    with ExitStack() as profiles:

        def opened(**options) -> Page:
            values = {
                "base_url": live_server.url,
                "locale": "fr-FR",
                "viewport": {"width": 360, "height": 740},
            }
            profile = browser.new_context(**(values | options))
            profiles.callback(profile.close)
            profile.set_default_timeout(PATIENCE_SECONDS * 1000)
            return profile.new_page()

        yield opened


@pytest.fixture
def indexed(tmp_path, settings, monkeypatch, transactional_db) -> Iterator[Callable[[], int]]:
    """Return the function that builds a search index of what the test has made."""
    settings.VAR = tmp_path
    monkeypatch.setattr(reader, "_LOOK_AGAIN_SECONDS", -1.0)
    reader.READER.forget()
    yield builder.rebuild
    reader.READER.forget()


def sign_in(page: Page, user: User, url: str) -> None:
    """Give the page's browser the session of somebody who signed in."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}
    page.context.add_cookies([cookie])


@pytest.fixture
def look(page: Page) -> Callable[[str], None]:
    """Return the function that looks at a page in both widths, and at what it found wrong."""
    found: dict[str, list[str]] = {}

    def looked(name: str) -> None:
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 780})
            found[f"{name} {width}"] = violations(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name

    looked.found = found
    return looked
