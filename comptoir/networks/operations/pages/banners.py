"""Banners of a network: raised, and ended."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Conflict, Faults, Invalid, NotFound, fill
from comptoir.core.text import one_line, wrong_year
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb, in_network
from comptoir.networks.pages.models import LONGEST_BANNER, Banner, BannerLevel

MOST_AT_ONCE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BannerRequest:
    """What a banner says, in English too or not; how grave it is; from when (None: at once), until
    when (None: until somebody ends it)."""

    text: str
    text_en: str = ""
    level: BannerLevel = BannerLevel.INFORMATION
    begins_at: datetime | None = None
    ends_at: datetime | None = None


@transaction.atomic
def raise_banner(
    *, network: Network, request: BannerRequest, actor: Actor, now: datetime
) -> Banner:
    """Have every page of a network, and the counters of its members, say a sentence; return it. One
    that they say already, or will, is not raised a second time.

    Guard: `WRITE_PAGES`. Locks: the network. Writes: the banner, a line of the audit. Raises
    `NotFound`, `Forbidden`, `Faults` (`missing`, `too_long`, `bad_begins_at`, `bad_ends_at`),
    `Conflict` (`many_banners`).
    """
    network = in_network(network, actor, NetworkVerb.WRITE_PAGES, lock=True)
    text, text_en = one_line(request.text), one_line(request.text_en)
    begins = request.begins_at or now
    times = {"begins_at": request.begins_at, "ends_at": request.ends_at}
    faults = [wrong for name, at in times.items() if (wrong := wrong_year(at, name))]
    if not text:
        faults.append(Invalid("missing", _("This must not be empty."), field="text"))
    for name, said in (("text", text), ("text_en", text_en)):
        if len(said) > LONGEST_BANNER:
            told = fill(_("This is longer than %(longest)d characters."), longest=LONGEST_BANNER)
            faults.append(Invalid("too_long", told, field=name))
    if request.ends_at is not None and request.ends_at <= max(begins, now):
        told = _("This moment is over, or before the beginning: choose a later one.")
        faults.append(Invalid("bad_ends_at", told, field="ends_at"))
    if faults:
        raise Faults(faults)
    live = network.banners.exclude(ends_at__lte=now)
    same = live.filter(text=text, text_en=text_en, level=request.level, ends_at=request.ends_at)
    at_once = Q(begins_at__lte=now) if begins <= now else Q(begins_at=begins)
    if (raised := same.filter(at_once).first()) is not None:
        return raised
    if live.count() >= MOST_AT_ONCE:
        told = _("There are %(most)d banners already: end one first, or nobody reads them.")
        raise Conflict("many_banners", fill(told, most=MOST_AT_ONCE))
    made = network.banners.create(
        text=text,
        text_en=text_en,
        level=request.level,
        begins_at=begins,
        ends_at=request.ends_at,
        **acted_by(actor),
    )
    note(actor, "raised_banner", subject=made, network_id=network.pk)
    return made


@transaction.atomic
def end_banner(*, network: Network, banner_id: int, actor: Actor, now: datetime) -> Banner:
    """End a banner now, also one that has not begun; one that is over stays as it was.

    Guard: `WRITE_PAGES`. Locks: the network. Writes: the banner, a line of the audit. Raises
    `NotFound` (`no_such_banner`), `Forbidden`.
    """
    network = in_network(network, actor, NetworkVerb.WRITE_PAGES, lock=True)
    found = network.banners.filter(pk=banner_id).first()
    if found is None:
        raise NotFound("no_such_banner", _("There is no such banner."))
    if found.ends_at is None or found.ends_at > now:
        found.begins_at, found.ends_at = min(found.begins_at, now), now
        found.save(update_fields=["begins_at", "ends_at"])
        note(actor, "ended_banner", subject=found, network_id=network.pk)
    return found
