"""What a shop says once of its till's files, and we remember."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Invalid
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import in_scope
from comptoir.stock.feeds import FORMATS
from comptoir.stock.feeds.places import LONGEST_CODE
from comptoir.stock.models import Feed


@transaction.atomic
def arrange(
    *,
    shop: Shop,
    format: str,
    actor: Actor,
    shop_code: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Feed:
    """Remember what this shop's till calls the shop, or the columns of its tables.

    None leaves what is known as it is; an empty value forgets it. The feed keeps who said
    so, and when. Raises `NotFound` for another's shop, `Invalid` (`bad_format`, `bad_shop_code`).
    """
    if format not in FORMATS:
        raise Invalid("bad_format", _("There are no files of this format."), format=format)
    if shop_code is not None and (len(shop_code) > LONGEST_CODE or not shop_code.isprintable()):
        raise Invalid("bad_shop_code", _("What the till calls the shop has 60 characters at most."))
    said = {"shop_code": shop_code, "columns": None if columns is None else dict(columns)}
    mine = in_scope(shop, actor)
    feed, _made = Feed.objects.select_for_update().get_or_create(shop=mine, format=format)
    for name, value in said.items():
        if value is not None:
            setattr(feed, name, value)
    feed.actor_kind, feed.actor_id = actor.kind.value, actor.id
    feed.arranged_at = timezone.now()
    feed.save(update_fields=[*said, "actor_kind", "actor_id", "arranged_at"])
    return feed
