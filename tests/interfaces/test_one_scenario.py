"""The same reservation through pages, API and command line ends in the same state and history."""

from collections.abc import Callable
from uuid import uuid4

import lxml.html
import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from comptoir.cli import main
from comptoir.notifications.models import Message
from comptoir.orders.models import KnownContact, Order
from comptoir.stock.models import Offer
from tests.api.client import Api, order_body, secret_of
from tests.factories import make_offer, make_shop, make_staff

EMAIL = "jeanne@example.org"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Pages:
    """A reader's browser and one at the counter, both without JavaScript."""

    actors = ("reader", "user", "user")

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        self.reader, self.desk = Client(), Client()
        self.desk.force_login(make_staff(offer.shop), backend=BACKEND)

    def place(self) -> None:
        """Press the button of the title's page, fill in the form it leads to."""
        page = self._page(self.reader, reverse("site:product", args=[self.offer.product.ref]))
        form = next(f for f in page.forms if f.fields.get("offer") == str(self.offer.pk))
        answer = self._submit(self.reader, form)
        page = self._page(self.reader, answer["Location"])
        form = next(f for f in page.forms if "name" in f.fields)
        form.fields["name"], form.fields["email"] = "Jeanne Doe", EMAIL
        assert self._submit(self.reader, form).status_code == 303

    def set_aside(self) -> None:
        """Press the button of the order's page at the counter."""
        self._press("mettre-de-cote")

    def collect(self) -> None:
        """Press the button of the order's page at the counter."""
        self._press("remettre")

    def _press(self, verb: str) -> None:
        order = Order.objects.get()
        address = reverse("counter:order", args=[order.shop.slug, order.pk])
        page = self._page(self.desk, address)
        form = next(f for f in page.forms if f.action and f.action.endswith(verb))
        assert self._submit(self.desk, form).status_code in (302, 303)

    @staticmethod
    def _page(client: Client, address: str) -> lxml.html.HtmlElement:
        response = client.get(address)
        assert response.status_code == 200
        return lxml.html.document_fromstring(response.content)

    @staticmethod
    def _submit(client: Client, form: lxml.html.FormElement):
        assert form.method == "POST"
        return client.post(form.action, dict(form.form_values()))


class ApiCalls:
    """A program of a reader, and the till with its token."""

    actors = ("reader", "token", "token")

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        self.reader, self.till = Api(), Api(secret_of(offer.shop))

    def place(self) -> None:
        """POST the order."""
        response = self.reader.post("/orders", order_body(self.offer), key=str(uuid4()))
        assert response.status_code == 201

    def set_aside(self) -> None:
        """POST the verb."""
        self._verb("set-aside")

    def collect(self) -> None:
        """POST the verb."""
        self._verb("collect")

    def _verb(self, verb: str) -> None:
        order = Order.objects.get()
        path = f"/shops/{order.shop.siret}/orders/{order.code}/{verb}"
        assert self.till.post(path).status_code == 200


class Commands:
    """A terminal on the server."""

    actors = ("system", "system", "system")

    def __init__(self, offer: Offer) -> None:
        self.offer = offer

    def place(self) -> None:
        """`comptoir orders place`."""
        options = ["--name", "Jeanne Doe", "--email", EMAIL, "--unconfirmed", "--channel", "web"]
        self._run("place", "--shop", self.offer.shop.slug, *options, self.offer.product.ref)

    def set_aside(self) -> None:
        """`comptoir orders set-aside`."""
        self._run("set-aside", self.offer.shop.slug, Order.objects.get().code)

    def collect(self) -> None:
        """`comptoir orders collect`."""
        self._run("collect", self.offer.shop.slug, Order.objects.get().code)

    @staticmethod
    def _run(*words: str) -> None:
        result = CliRunner().invoke(main, ["orders", *words])
        assert result.exit_code == 0, result.output


Interface = Callable[[Offer], "Pages | ApiCalls | Commands"]
INTERFACES: list[Interface] = [Pages, ApiCalls, Commands]
EXPECTED = {
    "after place": ("unconfirmed", ["held"], (2, 1)),
    "after set_aside": ("set_aside", ["held"], (2, 1)),
    "after collect": ("collected", ["collected"], (1, 0)),
    "history": [
        ("placed", "unconfirmed"),
        ("set_aside", "set_aside"),
        ("collected", "collected"),
    ],
    "ledger": [("told", 2), ("collected", -1)],
    "mails": ["order_confirm", "order_ready"],
    "known": 0,
    "customer": ("Jeanne Doe", EMAIL, "fr"),
    "line": (1, "new", 1290),
}


def look(offer: Offer) -> tuple[str, list[str], tuple[int, int]]:
    """Return where the order, its lines and the offer (on hand, held) are."""
    order = Order.objects.get()
    offer.refresh_from_db()
    lines = list(order.lines.values_list("status", flat=True))
    return order.status, lines, (offer.on_hand, offer.held)


@pytest.mark.django_db
@pytest.mark.parametrize("interface", INTERFACES)
def test_one_scenario(interface: Interface, settings) -> None:
    settings.RATE_LIMITS = False
    offer = make_offer(shop=make_shop(siret="73282932000074"), on_hand=2)
    hands = interface(offer)
    found: dict[str, object] = {}
    for verb in ("place", "set_aside", "collect"):
        getattr(hands, verb)()
        found[f"after {verb}"] = look(offer)
    order = Order.objects.get()
    found["history"] = list(order.events.values_list("kind", "status"))
    found["ledger"] = list(offer.movements.order_by("pk").values_list("reason", "delta"))
    found["mails"] = list(Message.objects.order_by("pk").values_list("template", flat=True))
    found["known"] = KnownContact.objects.count()
    found["customer"] = (order.name, order.email, order.language)
    found["line"] = order.lines.values_list("quantity", "condition", "price_cents").get()
    assert found == EXPECTED
    assert tuple(order.events.values_list("actor_kind", flat=True)) == hands.actors
