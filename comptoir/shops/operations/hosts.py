"""The host under which a shop has a portal of its own."""

from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.networks.hosts import read_host
from comptoir.networks.operations.hosts import claim_host
from comptoir.shops.models import Shop
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.scope import Verb, in_scope


@transaction.atomic
def set_host(*, shop: Shop, host: str, actor: Actor) -> Shop:
    """Have a shop answer under a host of its own, which shows its shelves alone, and return it; an
    empty text ends that.

    Guard: `RUN_INSTALLATION`: whoever runs it has the name lead here. Locks: the shop, and then the
    turn of all who give hosts. Writes: the shop, its history, a line of the audit. Raises
    `NotFound`, `Forbidden`, `Invalid` (`bad_host`), `Conflict` (`host_taken`).
    """
    shop = in_scope(shop, actor, Verb.RUN_INSTALLATION, lock=True)
    wanted = read_host(host)
    if wanted and wanted != shop.host:
        claim_host(wanted)
    with act_on(shop, actor=actor, at=timezone.now()):
        shop.host = wanted
        shop.save(update_fields=["host"])
    note(actor, "set_host", subject=shop, shop_id=shop.pk, facts={"host": shop.host or ""})
    return shop


def shop_at(host: str) -> str | None:
    """Return what the shop is called that has a host, also where it is hidden or has left."""
    return Shop.objects.filter(host=host).values_list("name", flat=True).first()
