"""A shop that wants to be told, and somebody who is."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.webhooks.models import Endpoint
from comptoir.webhooks.operations import add_endpoint
from tests.answering import answering, reply
from tests.factories import make_shop


@dataclass
class Receiver:
    """A real web server that keeps what it is sent and answers as it is told."""

    url: str = ""
    status: int = 200
    got: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def types(self) -> list[str]:
        """Return which events came."""
        return [body["type"] for _, body in self.got]


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.OUTGOING_ANYWHERE = True
    found = Receiver()

    def answer(handler) -> None:
        found.before()
        headers = {name.lower(): value for name, value in handler.headers.items()}
        found.got.append((headers, json.loads(handler.body)))
        reply(handler, found.status, b"thanks", Location="/elsewhere")

    with answering(answer) as url:
        found.url = f"{url}/hook?key=s3cret"
        yield found


@pytest.fixture
def shop():
    return make_shop(siret="73282932000074")


@pytest.fixture
def endpoint(shop, receiver) -> Endpoint:
    return add_endpoint(shop=shop, url=receiver.url, events=(), actor=SYSTEM)[0]
