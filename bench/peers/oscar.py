"""django-oscar: one product, bought as a guest, page by page; it has no other way of its own."""

import re
from urllib.parse import urlencode

from bench import load
from bench.peers.peer import HOST, Peer

_COOKIE = re.compile(rb"^set-cookie: *([^=]+)=([^;\r\n]*)", re.IGNORECASE | re.MULTILINE)
_CSRF = "c" * 32
_ADDRESS = {
    "first_name": "Camille",
    "last_name": "Ferrand",
    "line1": "1 rue des Livres",
    "line4": "Guéret",
    "postcode": "23000",
    "country": "FR",
}


class Oscar(Peer):
    """The forms that a guest sends; what they are shown between them is opened once."""

    name = "oscar"
    packages = ("django-oscar==4.2.1", "psycopg[binary]", "gunicorn==23.0.0")
    settings = "oscar_settings"
    application = "django.core.wsgi:get_wsgi_application()"
    does = "six requests of a guest, from basket to order; stock, order, history, with its mail"

    def conversation(self, count: int, turn: str) -> load.Conversation:
        """Place so many orders, each by somebody who was never here."""
        (product,) = self.known
        for number in range(count):
            email = f"{turn}-{number}@example.org"
            cookies = {"csrftoken": _CSRF}
            steps: list[tuple[str, dict[str, str] | None]] = [
                (f"/basket/add/{product}/", {"quantity": "1"}),
                ("/checkout/", {"username": email, "options": "anonymous"}),
                ("/checkout/shipping-address/", _ADDRESS),
                ("/checkout/shipping-method/", None),
                ("/checkout/payment-method/", None),
                ("/checkout/preview/", {"action": "place_order"}),
            ]
            for path, fields in steps:
                answer = yield _request(path, fields, cookies, f"{HOST}:{self.port}")
                assert answer is not None
                if answer.status != 302:
                    raise RuntimeError(f"oscar: {path} {answer.status} {answer.head!r}")
                cookies |= {k.decode(): v.decode() for k, v in _COOKIE.findall(answer.head)}
            if b"thank-you" not in answer.head:
                raise RuntimeError(f"oscar: no order, {answer.head!r}")


def _request(path: str, fields: dict[str, str] | None, cookies: dict[str, str], host: str) -> bytes:
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    if fields is None:
        return load.get(path, host, **headers)
    body = urlencode({**fields, "csrfmiddlewaretoken": _CSRF}).encode()
    return load.post(path, body, host, Content_Type="application/x-www-form-urlencoded", **headers)
