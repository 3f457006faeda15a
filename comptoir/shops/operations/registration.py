"""What the company registry says of shops: their SIRET, and whether they are still in business."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import SYSTEM, Actor, ActorKind
from comptoir.core.errors import Conflict, Forbidden
from comptoir.core.identifiers import parse_siret
from comptoir.shops.likeness import Entry
from comptoir.shops.models import Shop
from comptoir.shops.operations.listings import note_listed
from comptoir.shops.operations.origins import Word, note_offered, note_written, origins_of
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.placement import service_url
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.shops.sources import registry
from comptoir.shops.sources.models import RegistryState, Source
from comptoir.shops.sources.registry import Establishment
from comptoir.shops.sources.service import Service, Stopped, Unanswerable

CHECKED_FOR = timedelta(days=30)
"""So long what the registry said is not asked again."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A shop whose SIRET was not filled in, and the establishments that it may be."""

    shop: Shop
    candidates: tuple[Establishment, ...]


@dataclass(slots=True)
class Registered:
    """What came of asking: SIRETs filled in, shops found active, shops that the registry calls
    closed or does not have, those whose SIRET was not found or is doubtful, those that are left,
    and why it stopped."""

    filled: int = 0
    active: int = 0
    closed: list[Shop] = field(default_factory=list)
    unknown: list[Shop] = field(default_factory=list)
    doubtful: list[Unmatched] = field(default_factory=list)
    left: int = 0
    stopped: str = ""


def check_registry(
    *,
    names: Sequence[str] = (),
    actor: Actor = SYSTEM,
    progress: Callable[[int, int], None] | None = None,
) -> Registered:
    """Ask the company registry (`settings.REGISTRY_URL`) for the SIRET of shops that have none, and
    whether those that have one are active.

    A SIRET is filled in where one active establishment of a like name is at the shop's street; what
    is less is doubtful, and listed. Nothing else of the registry is kept; who chose not to be shown
    is passed over (`sources.registry`). Asked are the shops of some slugs, or all that were not
    asked for `CHECKED_FOR`; what is found is kept shop by shop, so a run that stopped goes on. No
    shop is hidden or ended by it.

    Guard: the actor is the system (`Forbidden` otherwise). Locks: each shop by itself. Writes: its
    SIRET, its state, whose word that is, its history, its listing. Announces nothing. Raises
    `Invalid` (`no_service`) where no address is set.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise Forbidden("not_operator", _("Only an operator of the network asks the registry."))
    service = Service(service_url(settings.REGISTRY_URL, "COMPTOIR_REGISTRY"), registry.A_SECOND)
    now = timezone.now()
    shops = Shop.objects.of_network().order_by("pk")
    due = Q(registry_checked_at=None) | Q(registry_checked_at__lt=now - CHECKED_FOR)
    asked = list(shops.filter(slug__in=names) if names else shops.filter(due))
    done, count = Registered(), 0
    try:
        for shop in asked:
            _check(service, shop, done, actor, now)
            count += 1
            if progress:
                progress(count, len(asked))
    except Stopped as error:
        done.stopped = str(error)
    done.left = len(asked) - count
    return done


@transaction.atomic
def take_siret(*, shop: Shop, siret: str, actor: Actor) -> Shop:
    """Give a shop the SIRET that an operator says is its own: the answer to a doubtful look-up.

    Guard: `RUN_INSTALLATION`. Locks: the shop. Writes: its SIRET, who wrote it, its history; its
    state is to be asked again. Raises `NotFound`, `Forbidden`, `Invalid` (`bad_siret`), `Conflict`
    (`siret_taken`, `shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.RUN_INSTALLATION, lock=True)
    number = parse_siret(siret)
    if Shop.objects.filter(siret=number).exclude(pk=shop.pk).exists():
        raise Conflict("siret_taken", _("Another shop has this SIRET."))
    now = timezone.now()
    with act_on(shop, actor=actor, at=now):
        shop.siret, shop.registry_state, shop.registry_checked_at = number, "", None
        shop.save(update_fields=["siret", "registry_state", "registry_checked_at"])
    note_written(shop, ["siret"], actor=actor, at=now)
    return shop


def _check(service: Service, shop: Shop, done: Registered, actor: Actor, now: datetime) -> None:
    """Ask for one shop and keep what is sure of it. Raises `Stopped`."""
    if shop.siret:
        with suppress(Unanswerable):
            _keep_state(shop, registry.by_siret(service, shop.siret), done, now)
        return
    try:
        found = registry.by_name(service, shop.name, shop.postcode)
    except Unanswerable:
        found = []
    entry = Entry(shop.name, shop.kind, shop.postcode, shop.city, street=shop.street)
    one, others = registry.match(entry, found)
    if one and not Shop.objects.filter(siret=one.siret).exists():
        _fill(shop, one, done, actor, now)
        return
    done.doubtful.append(Unmatched(shop, (one,) if one else tuple(others)))
    Shop.objects.filter(pk=shop.pk, siret=None).update(registry_checked_at=now)


@transaction.atomic
def _fill(shop: Shop, found: Establishment, done: Registered, actor: Actor, now: datetime) -> None:
    """Write the SIRET that was found, unless somebody gave one meanwhile."""
    shop = Shop.objects.select_for_update(no_key=True).get(pk=shop.pk)
    if shop.siret or Shop.objects.filter(siret=found.siret).exists():
        return
    with act_on(shop, actor=actor, at=now, source=Source.SIRENE):
        shop.siret, shop.registry_state = found.siret, RegistryState.ACTIVE
        shop.registry_checked_at = now
        shop.save(update_fields=["siret", "registry_state", "registry_checked_at"])
    note_offered(
        shop,
        {"siret": (found.siret, Word.TAKEN)},
        origins_of(shop),
        actor=actor,
        at=now,
        source=Source.SIRENE,
    )
    note_listed(shop, Source.SIRENE, at=now, licence=registry.LICENCE)
    done.filled += 1


def _keep_state(shop: Shop, found: Establishment | None, done: Registered, now: datetime) -> None:
    """Keep whether the establishment of a shop's SIRET is active."""
    state = RegistryState.UNKNOWN
    if found:
        state = RegistryState.ACTIVE if found.active else RegistryState.CLOSED
    # Not of a SIRET that was changed while the registry was asked.
    Shop.objects.filter(pk=shop.pk, siret=shop.siret).update(
        registry_state=state, registry_checked_at=now
    )
    if state is RegistryState.ACTIVE:
        done.active += 1
    else:
        (done.closed if state is RegistryState.CLOSED else done.unknown).append(shop)
