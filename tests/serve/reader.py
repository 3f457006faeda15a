"""A reader with a form before them, and a gateway to the site, without a server."""

import re
from urllib.parse import urlencode

from django.db import connection
from django.db.models import F
from django.test import Client

from comptoir.config.wsgi import application
from comptoir.serve.gateway import Gateway
from comptoir.stock.models import Offer
from tests.loops import run
from tests.serve.test_gateway import Headers, Wire, scope
from tests.site.flows import choose, hidden

PATH = "/reserver"
Answer = tuple[int, list[tuple[str, str]], bytes]


class Sent(Wire):
    """A form that is sent, and all headers of its answer."""

    answer: Answer | None = None

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __call__(self) -> bytes:
        return self._body

    def response_bytes(self, status: int, headers, body: bytes) -> None:
        self.answer = status, sorted(headers), body


class Reader:
    """Somebody with a form before them, and a gateway to the site, which counts what it is
    asked."""

    def __init__(self, offer: Offer) -> None:
        self.asked = 0
        self.gateway = Gateway(self, threads=2)
        self._browser = Client()
        page = choose(self._browser, offer)
        fields = {"form": hidden(page, "form"), "name": "Camille Ferrand", "website": ""}
        token = hidden(page, "csrfmiddlewaretoken")
        self._fields = fields | {"email": "camille@example.org", "csrfmiddlewaretoken": token}

    def __call__(self, environ, start):
        self.asked += 1
        try:
            return application(environ, start)
        finally:
            connection.close()

    def filled(self, typed: dict[str, str] | None = None, **headers: str) -> tuple[Headers, bytes]:
        """Fill in the form, and return the headers and the body by which it is sent."""
        body = urlencode(self._fields | (typed or {})).encode()
        cookies = "; ".join(f"{one.key}={one.value}" for one in self._browser.cookies.values())
        told = {
            "host": "127.0.0.1",
            "content_type": "application/x-www-form-urlencoded",
            "content_length": str(len(body)),
            "cookie": cookies,
            **headers,
        }
        return Headers((name.replace("_", "-"), value) for name, value in told.items()), body

    def send(self, typed: dict[str, str] | None = None, **headers: str) -> Answer:
        """Fill in and send the form."""
        sent, body = self.filled(typed, **headers)
        wire = Sent(body)
        run(self.gateway.__rsgi__(scope(PATH, method="POST", headers=sent, query_string=""), wire))
        assert wire.answer is not None
        return wire.answer


def said(answer: Answer, header: str) -> list[str]:
    return [value for name, value in answer[1] if name == header]


def compared(answer: Answer) -> Answer:
    """Return an answer without what is new in each."""
    status, headers, body = answer
    new = re.compile(
        r'(?<=value=)"[^"]+"|(?<=typed=)[^;]+|(?<=expires=)[^;]+|(?<=/reservation/)\S+'
        r"|:[0-9A-Za-z]{6}:[\w-]{43}(?=;)"  # the moment of a signature, and the signature
    )
    told = [
        (
            name,
            ""
            if name in {"X-Request-ID", "Content-Length", "Expires"}
            else new.sub("", value.strip()),
        )
        for name, value in headers
    ]
    return status, told, new.sub("", body.decode())


def sold(monkeypatch, offer) -> None:
    Offer.objects.filter(pk=offer.pk).update(on_hand=F("held"))
