"""The mark by which a browser shows that its reader confirmed an e-mail address.

It holds the keyed hash of that address, signed and dated, and nothing else. The browser sends it
with the form of a reservation and no other page; it is read only to skip the link of confirmation,
for a reservation with that address: `docs/decisions/0021-persons.md`.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from comptoir.orders.contacts import contact_key
from comptoir.orders.operations.known_contacts import MARKED_FOR
from comptoir.orders.persons.mark import key_in, word_of

COOKIE = "person"


def marked_key(request: HttpRequest) -> str:
    """Return the key of the contact that this browser's reader confirmed, or "" for none.

    An altered, foreign or too old mark is none.
    """
    return key_in(request.COOKIES.get(COOKIE, ""))


def is_vouched(request: HttpRequest) -> bool:
    """Whether who sends a form confirmed, in this browser, the address that it says."""
    key = marked_key(request)
    return bool(key) and key == contact_key(request.POST.get("email", "").strip().lower())


def mark(response: HttpResponse, email: str) -> None:
    """Let the browser remember, until a year from now, that its reader confirmed this address."""
    response.set_cookie(
        COOKIE,
        word_of(email),
        max_age=MARKED_FOR,
        path=reverse("site:reserve"),
        httponly=True,
        secure=settings.SECURE,
        samesite="Strict",
    )


def forget(response: HttpResponse) -> None:
    """Let the browser forget it, for whoever uses it next."""
    response.delete_cookie(COOKIE, path=reverse("site:reserve"), samesite="Strict")
