"""Whose each route is: the table by which `test_routes.py` tries every route as everybody.

A route of the site that is in no list of this folder fails the tests: say there whose it is.
"""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.routes import counter, office, programs, public
from tests.routes.kinds import Kind

ROUTES = {
    Kind.API: programs.ROUTES,
    Kind.API_SHOP: programs.OF_SHOPS,
    Kind.COUNTER: counter.ROUTES,
    Kind.OFFICE: office.OF_OPERATORS,
    Kind.NETWORK: office.ROUTES,
    Kind.OWN: public.OWN,
    Kind.PUBLIC: public.ROUTES,
    Kind.PROVIDER: public.PROVIDERS,
}
KINDS = {route: kind for kind, routes in ROUTES.items() for route in routes}


def routes(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    """Yield every route below a resolver, as its patterns write it."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        full = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, full)
        elif isinstance(pattern, URLPattern):
            yield full


def of(*kinds: Kind) -> list[str]:
    """Return the routes of these kinds."""
    return [route for route, kind in KINDS.items() if kind in kinds]
