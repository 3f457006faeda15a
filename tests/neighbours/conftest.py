"""Another installation for tests: a real server, which keeps what it was asked."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.utils import timezone

from comptoir.neighbours import inquiry, memory
from comptoir.neighbours.models import Neighbour
from comptoir.shops.places import Point
from tests.answering import answering, reply

HERE = Point(46.6321, 0.9512)
"""Where the reader is: in the east of Vienne, ten kilometres from Le Blanc, in Indre."""
AREA = [[46.63, 1.06, 5.0]]
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@dataclass
class Other:
    """A server at an address, what reached it, and how it answers."""

    url: str = ""
    heads: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    answer: Callable[[BaseHTTPRequestHandler], None] = lambda handler: reply(handler, 404)

    @property
    def paths(self) -> list[str]:
        return [path for path, _headers in self.heads]


@contextmanager
def other_site() -> Iterator[Other]:
    """Serve while the block lasts."""
    found = Other()

    def take(handler: BaseHTTPRequestHandler) -> None:
        found.heads.append((handler.path, {k.lower(): v for k, v in handler.headers.items()}))
        found.answer(handler)

    with answering(take) as url:
        found.url = url
        yield found


@pytest.fixture(autouse=True)
def nothing_is_known(settings) -> Iterator[None]:
    """Have each test begin without answers, and let it ask this machine."""
    settings.OUTGOING_ANYWHERE = True
    inquiry.KEPT.clear()
    memory.forget()
    yield
    inquiry.KEPT.clear()
    memory.forget()


@pytest.fixture
def other() -> Iterator[Other]:
    with other_site() as found:
        yield found


def make_neighbour(address: str, **fields: Any) -> Neighbour:
    """Note a neighbour near `HERE`."""
    values = {"name": "Livres du Berry", "area": AREA, "checked_at": timezone.now()}
    values |= {"search_page": f"{address}/recherche"}
    made = Neighbour.objects.create(address=address, **(values | fields))
    memory.forget()
    return made


def offer_of(address: str, **fields: Any) -> dict[str, Any]:
    """Return an offer as the API writes it."""
    shop = {"name": "Le Bac à livres", "city": "Le Blanc", "latitude": 46.6333}
    shop |= {"longitude": 1.0667, "url": f"{address}/boutiques/le-bac"}
    said = {"shop": shop, "condition": "new", "price_cents": 1290, "available": 2, "exact": True}
    said |= {"confidence": "sure", "as_of": datetime.now(UTC).isoformat()}
    return said | fields


def answer_of(address: str, *offers: dict[str, Any], **product: Any) -> bytes:
    """Return an answer of one title as the API writes it."""
    said = {
        "title": "La rive d’en face",
        "ean": "9782000000013",
        "byline": "I. Vallet",
        "format": "paperback",
    }
    said |= {"publisher": "Éditions du Gué", "url": f"{address}/titre/9782000000013"}
    listed = list(offers) or [offer_of(address)]
    return json.dumps({"items": [{"product": said | product, "offers": listed}]}).encode()


def says(content: bytes, status: int = 200) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return what answers so."""
    return lambda handler: reply(handler, status, content, Content_Type="application/json")
