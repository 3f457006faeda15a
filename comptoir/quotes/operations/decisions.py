"""Which of two prices of a new book holds: its till's or its publisher's."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Conflict
from comptoir.quotes.conflicts import conflict_of
from comptoir.quotes.models import PriceDecision
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope


@transaction.atomic
def decide_price(*, shop: Shop, product_id: int, price_cents: int, actor: Actor) -> PriceDecision:
    """Decide which price a new book has in a shop whose till and whose publisher's notice differ:
    one of both, in cents. It holds until one of them changes.

    Guard: `DECIDE_PRICE`. Locks: the shop. Writes: the decision, in place of one before, and a line
    of the audit. Raises `NotFound`, `Forbidden`, `Conflict` (`shop_ended`, `no_such_conflict` where
    the prices are by now alike, or neither is the one that was named).
    """
    shop = in_scope(shop, actor, Verb.DECIDE_PRICE, lock=True)
    found = conflict_of(shop, product_id)
    if found is None or price_cents not in (found.till_cents, found.publisher_cents):
        told = _("The prices of this book are no longer those: look again.")
        raise Conflict("no_such_conflict", told, product=product_id)
    decision, _made = PriceDecision.objects.update_or_create(
        shop=shop,
        product_id=product_id,
        defaults={
            "publisher_cents": found.publisher_cents,
            "till_cents": found.till_cents,
            "price_cents": price_cents,
            "decided_at": timezone.now(),
            **acted_by(actor),
        },
    )
    facts = {
        "product": product_id,
        "publisher_cents": found.publisher_cents,
        "till_cents": found.till_cents,
        "price_cents": price_cents,
    }
    note(actor, "price_decided", subject=decision, shop_id=shop.pk, facts=facts)
    return decision
