"""What a reader without JavaScript does, through Django's test client."""

import re
from html import unescape

from django.http import HttpResponse
from django.test import Client

from comptoir.stock.models import Offer


def text(response: HttpResponse) -> str:
    """Return the words of a page, without its tags, each space counting once."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def hidden(response: HttpResponse, name: str) -> str:
    """Return the value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"no field {name}"
    return unescape(found[1])


def choose(client: Client, offer: Offer) -> HttpResponse:
    """Press “Reserve” beside an offer and return the form one comes to."""
    return client.post("/panier", {"action": "add", "offer": offer.pk}, follow=True)


def send(client: Client, page: HttpResponse, **typed: str) -> HttpResponse:
    """Fill in and send the reservation form."""
    values = {"name": "Camille Ferrand", "email": "camille@example.org", "phone": "", "website": ""}
    values["form"] = hidden(page, "form")
    return client.post("/reserver", {**values, **typed})
