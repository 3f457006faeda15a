"""The programs that act for a shop: its API tokens."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts import tokens
from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import ApiToken
from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.core.text import one_line
from comptoir.shops.models import Shop, ShopToken
from comptoir.shops.operations.scope import Verb, in_scope

LONGEST_LABEL = 80


@transaction.atomic
def issue_token(*, shop: Shop, label: str, actor: Actor) -> str:
    """Make an API token that acts for one shop and return its secret, which is shown only once.

    Guard: `EMPLOY`. Locks: the shop. Writes: the token, its grant, a line of the audit.
    Raises `NotFound`, `Forbidden`,
    `Invalid` (`no_label`), `Conflict` (`label_taken`: one of that name is in use; `shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.EMPLOY, lock=True)
    name = one_line(label)[:LONGEST_LABEL]
    if not name:
        raise Invalid("no_label", _("Name the token after the program that will use it."))
    # Two of one name cannot be told apart when one of them must go.
    if shop.tokens.filter(token__label__iexact=name, token__revoked_at=None).exists():
        raise Conflict(
            "label_taken",
            _("A token named “%(name)s” is in use: revoke it first, or choose another name.")
            % {"name": name},
        )
    token, secret = tokens.issue(name)
    ShopToken.objects.create(shop=shop, token=token)
    note(actor, "token_issued", subject=token, shop_id=shop.pk, facts={"label": name})
    return secret


@transaction.atomic
def revoke_token(*, shop: Shop, token_id: int, actor: Actor) -> ApiToken:
    """End one of the shop's API tokens at once, for good; revoking it again changes nothing.

    Guard: `EMPLOY`. Locks: the shop. Writes: the token, a line of the audit. Raises
    `NotFound` (`no_such_token`), `Forbidden`.
    """
    grants = ShopToken.objects.filter(
        shop=in_scope(shop, actor, Verb.EMPLOY, lock=True), token_id=token_id
    )
    grant = grants.select_related("token").first()
    if grant is None:
        raise NotFound("no_such_token", _("This shop has no such token."), id=token_id)
    tokens.revoke(grant.token)
    facts = {"label": grant.token.label}
    note(actor, "token_revoked", subject=grant.token, shop_id=shop.pk, facts=facts)
    return grant.token
