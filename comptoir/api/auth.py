"""Who calls: the bearer of a shop's token, or the public."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from comptoir.accounts.actors import READER, Actor
from comptoir.accounts.tokens import authenticate
from comptoir.api.problems import Refused
from comptoir.core.errors import NotFound
from comptoir.shops.models import Shop
from comptoir.shops.reads import find_shop


class ShopToken(HttpBearer):
    """A secret given by `comptoir shops token`, for one shop, revocable."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:  # noqa: ARG002
        """Return the actor; raises `Refused` (401 `bad_token`) for a secret nobody was given."""
        return actor_of(token)


def actor_of(secret: str) -> Actor:
    """Return who a secret is, or raise `Refused` (401 `bad_token`)."""
    actor = authenticate(secret)
    if actor is None:
        raise Refused(401, "bad_token", _("This token is not known here, or it was revoked."))
    return actor


def actor_or_reader(request: HttpRequest) -> Actor:
    """Return the bearer of the token, or a reader when there is none."""
    secret = _secret(request)
    return READER if secret is None else actor_of(secret)


def actor_with_token(request: HttpRequest) -> Actor:
    """Return the bearer of the token; raises `Refused` (401 `unauthorized`) when there is none."""
    secret = _secret(request)
    if secret is None:
        message = _("A token is needed: send “Authorization: Bearer …” with a token of the shop.")
        raise Refused(401, "unauthorized", message)
    return actor_of(secret)


def _secret(request: HttpRequest) -> str | None:
    scheme, _space, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def bearer(request: HttpRequest) -> Actor:
    """Return who django-ninja found behind the token of this request."""
    actor = getattr(request, "auth", READER)
    return actor if isinstance(actor, Actor) else READER


def shop_of(siret: str, actor: Actor) -> Shop:
    """Return the shop of this SIRET or slug if the actor works there; else it does not exist."""
    shop = find_shop(Shop.objects.visible_to(actor), siret)
    if shop is None:
        raise unknown_shop(siret)
    return shop


def unknown_shop(name: str) -> NotFound:
    """Return the error for a shop that is not there, or not for this actor."""
    message = _("There is no shop “%(name)s” here, or it is not yours.") % {"name": name[:80]}
    return NotFound("unknown_shop", message)


def unknown_product(ref: str) -> NotFound:
    """Return the error for a product that the catalogue does not have."""
    message = _("There is no title “%(ref)s” in the catalogue.") % {"ref": ref[:40]}
    return NotFound("unknown_product", message)
