"""An installation that is really served, and people before it, each with a browser of their own."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from comptoir.core.db import execute
from tests.concurrency.live import free_port
from tests.installation.nodes import ask
from tests.mailserver import HERE, Mailbox, mail_server
from tests.patience import PATIENCE_SECONDS, until
from tests.served import running


class Installation:
    """What `comptoir serve` serves on the tests' own database: its site, jobs, index and mails."""

    def __init__(self, site: str, box: Mailbox, browser: Browser | None, stack: ExitStack) -> None:
        self.site, self.faults = site, list[str]()
        self._box, self._browser, self._stack = box, browser, stack

    def person(self, *, width: int = 1280) -> Page:
        """Return the browser of somebody French who comes for the first time."""
        assert self._browser is not None
        profile = self._browser.new_context(
            base_url=self.site, locale="fr-FR", viewport={"width": width, "height": 800}
        )
        self._stack.callback(profile.close)
        profile.set_default_timeout(PATIENCE_SECONDS * 1000)
        tab = profile.new_page()
        tab.on("pageerror", lambda error: self.faults.append(f"{tab.url}: {error}"))
        return tab

    def mail(self, to: str, words: str) -> tuple[str, str]:
        """Wait for a mail to somebody with these words in its subject or text that nobody has read
        yet; return both."""
        found: list[tuple[str, str]] = []

        def come() -> bool:
            for at, (who, mail) in enumerate(self._box.taken):
                part = mail.get_body(("plain",))
                told = str(mail["Subject"]), str(part.get_content()) if part else ""
                if who == [to] and words in " ".join(told):
                    del self._box.taken[at]
                    found.append(told)
                    return True
            return False

        until(come)
        return found[0]

    def link(self, to: str, path: str) -> str:
        """Wait for a mail to somebody with an address of this site that begins so; return it."""
        begins = f"{self.site}{path}"
        found = re.search(rf"{re.escape(begins)}\S*", self.mail(to, begins)[1])
        assert found
        return found[0]


def come(page: Page, sought: Locator, *, gone: bool = False) -> None:
    """Load a page again until something is on it, or no more: what processes keep, and the index,
    follow what was written."""

    def is_so() -> bool:
        if (sought.count() == 0) is gone:
            return True
        page.reload()
        return False

    until(is_so)


@contextmanager
def served(folder: Path, browser: Browser | None, **more: str) -> Iterator[Installation]:
    """Serve the tests' own database as an operator does, while the block lasts; `more` goes into
    its environment. Who needs no browser gives none."""
    execute("DELETE FROM procrastinate_jobs")
    port = free_port()
    with mail_server() as (box, mail_port), ExitStack() as stack:
        told = {
            "COMPTOIR_VAR": str(folder),
            "COMPTOIR_LIVE_PORT": str(free_port()),
            "COMPTOIR_WORKERS": "1",
            "COMPTOIR_THREADS": "4",
            "COMPTOIR_SMTP_HOST": HERE,
            "COMPTOIR_SMTP_PORT": str(mail_port),
            "COMPTOIR_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "COMPTOIR_LOG": "ERROR",
            **more,
        }
        stack.enter_context(running("-m", "comptoir", "serve", "--port", str(port), **told))
        until(lambda: ask(port, "/healthz")[0] == 200)
        yield Installation(f"http://{HERE}:{port}", box, browser, stack)
