"""The browser of somebody who is signed in."""

from django.test import Client

from comptoir.accounts.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def browser_of(user: User) -> Client:
    """Return a browser in which somebody is signed in, by both factors where they have two
    (`tests.conftest`)."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client
