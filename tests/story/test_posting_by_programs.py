"""A basket of two shops, posted, by programs alone: priced, ordered, paid; sent, or paid back."""

import json
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.api.client import secret_of
from tests.factories import make_offer, make_product, make_shop
from tests.patience import PATIENCE_SECONDS, until
from tests.quotes.conftest import post_from
from tests.story.installation import served

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "8L12345678903"
HOME = {"street": "3 rue Haute", "postcode": "87000", "city": "Limoges"}
CUSTOMER = {"name": "Camille Ferrand", "email": "camille@example.org"}


class Program:
    """What speaks HTTP with the installation, with a shop's token or without."""

    def __init__(self, site: str, secret: str = "") -> None:
        self.netloc = urlsplit(site).netloc
        self.headers = {"Content-Type": "application/json", "Host": self.netloc}
        if secret:
            self.headers["Authorization"] = f"Bearer {secret}"

    def call(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """Send a request and return what is answered, which is no refusal."""
        line = HTTPConnection(self.netloc, timeout=PATIENCE_SECONDS)
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        with closing(line):
            line.request(method, path, "" if body is None else json.dumps(body), headers)
            answer = line.getresponse()
            said = answer.read()
        assert answer.status < 300, (path, answer.status, said)
        return json.loads(said)


def shop_with(title: str, cents: int, name: str):
    """Return the offer of one title at a shop of this name that posts."""
    product = make_product(title=title, list_price_cents=cents, weight_grams=300)
    shop = make_shop(name=name, kind="both")
    post_from(shop)
    return make_offer(shop=shop, product=product, price_cents=cents, on_hand=3)


def test_two_shops_post_a_basket(tmp_path: Path) -> None:
    offers = [shop_with("La Place", 1290, "Pilori"), shop_with("Regain", 950, "Sillon")]
    with served(tmp_path, None, COMPTOIR_TRIAL_PAYMENTS="1") as there:
        reader = Program(there.site)
        parts = []
        for offer in offers:
            lines = [{"product": offer.product.ean, "quantity": 1}]
            wish = {"shop": offer.shop.slug, "lines": lines, "delivery": "mail"}
            to = {"country": "FR", "postcode": HOME["postcode"]}
            total = reader.call("POST", "/api/v1/quotes", wish | to)["total_cents"]
            assert total == offer.price_cents + 495
            parts.append(wish | {"address": HOME, "total_cents": total})
        asked = {"orders": parts, "customer": CUSTOMER}
        group = reader.call("POST", "/api/v1/order-groups", asked, key="a basket of two shops")
        # One payment an order, each at its own shop; asked again it is the same page.
        pages = [each["payment"]["url"] for each in group["orders"]]
        assert len(set(pages)) == 2
        again = reader.call("POST", "/api/v1/order-groups", asked, key="a basket of two shops")
        assert [each["payment"]["url"] for each in again["orders"]] == pages
        for page in pages:
            assert page.startswith(there.site)
            paid = reader.call("POST", urlsplit(page).path + "/paid")
            assert paid["state"] == "paid"
        first, second = (f"/api/v1/orders/{each['token']}" for each in group["orders"])

        # What the first shop's till reports leaves, and the reader is told where it is.
        shop = f"/api/v1/shops/{offers[0].shop.slug}"
        till = Program(there.site, secret_of(offers[0].shop))
        (waits,) = till.call("GET", f"{shop}/post")["items"]
        parcel = {"code": waits["code"], "carrier": "colissimo", "tracking": NUMBER, "handed": True}
        till.call("POST", f"{shop}/parcels", parcel)
        seen = reader.call("GET", first)
        assert (seen["status"], seen["payment"]["state"]) == ("shipped", "paid")
        assert seen["parcels"][0]["tracking"] == NUMBER
        assert NUMBER in there.mail(CUSTOMER["email"], NUMBER)[1]

        # The other is cancelled while it may be: the money goes back by itself, the post too.
        assert reader.call("POST", f"{second}/cancel")["status"] == "cancelled"
        until(lambda: reader.call("GET", f"{second}/payment")["state"] == "refunded")
        money = reader.call("GET", f"{second}/payment")
        assert money["refunded_cents"] == money["captured_cents"] == 950 + 495
        assert reader.call("GET", f"{first}/payment")["state"] == "paid"
