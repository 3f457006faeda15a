"""The host under which a shop has a portal of its own."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.core.errors import Conflict
from comptoir.networks.hosts import read_host
from comptoir.networks.models import Network
from comptoir.shops.models import Shop
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.scope import Verb, in_scope


@transaction.atomic
def set_host(*, shop: Shop, host: str, actor: Actor) -> Shop:
    """Have a shop answer under a host of its own, which shows its shelves alone, and return it; an
    empty text ends that.

    Guard: `RUN_INSTALLATION`: whoever runs it has the name lead here. Locks: the shop. Writes: the
    shop, its history, a line of the audit. Raises `NotFound`, `Forbidden`, `Invalid` (`bad_host`),
    `Conflict` (`host_taken`).
    """
    shop = in_scope(shop, actor, Verb.RUN_INSTALLATION, lock=True)
    wanted = read_host(host)
    taken = Conflict("host_taken", _("Somebody else answers under this host."), host=wanted)
    if wanted and Network.objects.filter(host=wanted).exists():
        raise taken
    try:
        with transaction.atomic(), act_on(shop, actor=actor, at=timezone.now()):
            shop.host = wanted
            shop.save(update_fields=["host"])
    except IntegrityError as error:
        raise taken from error
    note(actor, "set_host", subject=shop, shop_id=shop.pk, facts={"host": shop.host or ""})
    return shop
