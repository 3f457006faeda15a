"""Whose a route may be."""

from enum import StrEnum


class Kind(StrEnum):
    """Whose a route is."""

    PUBLIC = "public"
    """Anybody's, and a customer's by the secret in the address."""
    COUNTER = "counter"
    """A shop's, for those who work there."""
    OWN = "own"
    """Whoever is signed in, about themselves."""
    OFFICE = "office"
    """Those who run the installation."""
    NETWORK = "network"
    """A network's office, for those who work for it."""
    PROVIDER = "provider"
    """Payment providers and programs, by a signature or the secret in the address: no CSRF."""
    API = "api"
    """Programs, anybody's."""
    API_SHOP = "api shop"
    """Programs, with the token of the shop."""
