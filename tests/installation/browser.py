"""A browser without scripts: it follows links, fills forms in and keeps cookies, by HTTP alone."""

import re
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpx
from lxml import html
from lxml.html import FormElement

from tests.patience import until

File = tuple[str, bytes]


class Browser:
    """One person's browser, with the page that is open in it."""

    def __init__(self, site: str) -> None:
        # `trust_env` would lead to whatever proxy the machine has for the outside.
        self._client = httpx.Client(
            base_url=site, follow_redirects=True, timeout=60, trust_env=False
        )
        self.url = site
        self.source = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._client.close()

    @property
    def text(self) -> str:
        """The words of the page, each space counting once."""
        page = self._page()
        for hidden in page.iter("script", "style", "svg"):
            hidden.text = None
        return " ".join(page.text_content().split())

    def open(self, address: str) -> Self:
        """Open a page, which must be there."""
        return self._take(self._client.get(address))

    def fetch(self, address: str) -> bytes:
        """Download a file, which must be there."""
        answer = self._client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.content

    def see(self, address: str, seen: Callable[[Self], object]) -> Self:
        """Open a page again and again, until something is seen on it."""
        try:
            until(lambda: seen(self.open(address)))
        except AssertionError as late:
            raise AssertionError(f"never seen on {self.url}: {self.text[:2000]}") from late
        return self

    def follow(self, words: str) -> Self:
        """Follow the first link that says this."""
        for link in self._page().iter("a"):
            if words in " ".join(link.text_content().split()):
                return self.open(urljoin(self.url, link.get("href", "")))
        raise AssertionError(f"no link says {words!r} on {self.url}: {self.text[:2000]}")

    def has(self, button: str) -> bool:
        """Tell whether a form has a button that says this."""
        return self._form(button) is not None

    def press(self, button: str, *, file: File | None = None, **typed: str) -> Self:
        """Fill in the form of a button and press it: the first whose words begin so."""
        form = self._form(button)
        assert form is not None, f"no button {button!r} on {self.url}: {self.text[:2000]}"
        absent = set(typed) - set(form.fields.keys())
        assert not absent, f"no field {absent} beside {button!r}"
        values = {**dict(form.form_values()), **typed}
        values.pop("file", None)
        address = urljoin(self.url, form.get("action") or self.url)
        if form.method == "GET":
            return self._take(self._client.get(address, params=values))
        origin = "/".join(self.url.split("/")[:3])
        return self._take(
            self._client.post(
                address,
                data=values,
                files={"file": file} if file else None,
                headers={"Origin": origin, "Referer": self.url},
            )
        )

    def found(self, pattern: str) -> str:
        """Return the first group of what the page's source has of this pattern."""
        (known,) = re.findall(pattern, self.source, re.S)[:1] or [None]
        assert known is not None, f"no {pattern!r} on {self.url}: {self.text[:2000]}"
        return str(known)

    def _form(self, button: str) -> FormElement | None:
        for form in self._page().forms:
            for each in form.iter("button"):
                if " ".join(each.text_content().split()).startswith(button):
                    return form
        return None

    def _page(self) -> html.HtmlElement:
        return html.document_fromstring(self.source)

    def _take(self, answer: httpx.Response) -> Self:
        self.url, self.source = str(answer.url), answer.text
        assert answer.status_code == 200, (self.url, answer.status_code, self.text[:2000])
        return self
