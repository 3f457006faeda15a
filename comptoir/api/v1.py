"""Version 1: the routes put together, and the OpenAPI document that describes them."""

from functools import lru_cache
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _
from ninja import NinjaAPI
from ninja.operation import Operation

from comptoir.api.documents import REF, components, translated, without_null
from comptoir.api.problems import ProblemOut
from comptoir.api.routes import (
    about,
    assortment,
    catalogue,
    copies,
    files,
    groups,
    orders,
    payments,
    purchases,
    quotes,
    releases,
    rounds,
    shops,
    split,
    stock,
    webhooks,
    windows,
)
from comptoir.api.routes.groups import GroupIn
from comptoir.api.routes.parcels import post
from comptoir.api.schemas import OrderIn, StockIn
from comptoir.networks.portal import site_address

PREFIX = "/api/v1/"
DESCRIPTION = _(
    "Find a title near you, reserve it, collect it. Prices are whole cents of euro, distances"
    " metres, moments ISO 8601 with their offset. Every error is a problem (RFC 9457) with a stable"
    " “code”. Reading needs no token; a shop's own things need the token of that shop."
)


class Api(NinjaAPI):
    """django-ninja without a handler of its own: the one door answers every error."""

    def on_exception(self, request: HttpRequest, exc: Any) -> NoReturn:  # noqa: ANN401, ARG002
        """Let the door see it."""
        raise exc

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name that programs made from the document call an operation by.

        It stays whatever module the route moves to.
        """
        view = operation.view_func
        return f"comptoir_api_{view.__module__.rpartition('.')[2]}_routes_{view.__name__}"


api = Api(
    title="Comptoir",
    version="1",
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="v1",
)
api.add_router("", about.router)
api.add_router("", catalogue.router)
api.add_router("", shops.router)
api.add_router("", windows.router)
api.add_router("", rounds.router)
api.add_router("", quotes.router)
api.add_router("", split.router)
api.add_router("", releases.router)
api.add_router("", orders.public_router)
api.add_router("", orders.shop_router)
api.add_router("", post.router)
api.add_router("", payments.router)
api.add_router("", groups.router)
api.add_router("", stock.router)
api.add_router("", files.router)
api.add_router("", webhooks.router)
api.add_router("", copies.router)
api.add_router("", assortment.router)
api.add_router("", purchases.router)


def document(language: str) -> dict[str, Any]:
    """Return the OpenAPI document in a language, of the site that answers."""
    return _document(language, site_address())


@lru_cache(maxsize=16)
def _document(language: str, base: str) -> dict[str, Any]:
    with override(language):
        found = dict(api.get_openapi_schema(path_prefix=PREFIX))
        found["components"]["schemas"] |= components(OrderIn, GroupIn, StockIn, ProblemOut)
        problem = {
            "description": gettext("A problem (RFC 9457)"),
            "content": {
                "application/problem+json": {"schema": {"$ref": REF.format(model="ProblemOut")}}
            },
        }
        for methods in found["paths"].values():
            for operation in methods.values():
                operation["responses"] = {**operation["responses"], "default": problem}
                without_null(operation)
        found["servers"] = [{"url": base}]
        written: dict[str, Any] = translated(found)
        return written
