"""Releases announced, changed, taken back and put back, by a shop and by a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.catalogue.reads import named_products
from comptoir.core.errors import Conflict, Invalid, NotFound, fill, invalid
from comptoir.core.text import one_line, wrong_year
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb, in_network
from comptoir.releases import memory
from comptoir.releases.models import OneEach, Release, ReleaseTitle
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

LASTS = timedelta(days=30)
"""How long after its last moment a release still counts who has a copy."""
AHEAD = timedelta(days=366)
LONGEST_NAME, LONGEST_TEXT = 120, 400
MOST_TITLES = 1_000
MOST_LIVE = 100
_MOMENTS = ("holds_at", "sale_at", "online_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRequest:
    """What is announced: names of titles (EAN, ISBN, the `ref` of a title without one) and moments
    (aware). Without `sale_at` it is as `holds_at`; without `online_at` what is left is posted when
    it may be reserved."""

    name: str
    titles: Sequence[str]
    holds_at: datetime
    sale_at: datetime | None = None
    online_at: datetime | None = None
    one_each: OneEach = OneEach.TITLE
    shows_copies: bool = False
    text: str = ""


def announce(
    *, of: Shop | Network, request: ReleaseRequest, actor: Actor, now: datetime
) -> Release:
    """Announce titles that are not to be had before a moment, at a shop or at all shops of a
    network; from the next second on no order of them is taken. Holds that are placed stay.

    Guard: `SET_RELEASES` of the shop, or of the network. Locks: the shop or the network. Writes:
    the release, its titles, a line of the audit. Raises `NotFound`, `Forbidden`, `Invalid`
    (`bad_name`, `bad_titles`, `bad_holds_at`, `bad_sale_at`, `bad_online_at`, `bad_text`),
    `Conflict` (`too_many_releases`).
    """
    values, products = _checked(request, now)
    with transaction.atomic():
        where = _scoped(of, actor)
        live = Release.objects.filter(**where, withdrawn_at=None, ends_at__gt=now)
        if live.count() >= MOST_LIVE:
            told = fill(_("At most %(most)d releases at a time."), most=MOST_LIVE)
            raise Conflict("too_many_releases", told, most=MOST_LIVE)
        made = Release.objects.create(**where, **values, made_at=now, **acted_by(actor))
        _write_titles(made, products)
        _note(actor, "release_announced", made, titles=len(products), **_facts(values))
        _forget()
    return made


def change(*, release: Release, request: ReleaseRequest, actor: Actor, now: datetime) -> Release:
    """Write a release anew; what was asked for since it was announced still counts.

    Guard, raises: as `announce`. Locks: the shop or the network, the release. Writes: it, its
    titles, a line of the audit with the values before and after.
    """
    values, products = _checked(request, now)
    with transaction.atomic():
        locked = _locked(release, actor)
        before = _facts({name: getattr(locked, name) for name in values})
        for name, value in {**values, **acted_by(actor)}.items():
            setattr(locked, name, value)
        locked.save()
        _write_titles(locked, products)
        after = _facts(values)
        told = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
        _note(actor, "release_changed", locked, titles=len(products), **told)
        _forget()
    return locked


@transaction.atomic
def withdraw(*, release: Release, actor: Actor, now: datetime) -> Release:
    """Take a release back: from now on its titles are as any others. Done twice it is done once.

    Guard: as `announce`. Locks: the shop or the network, the release. Writes: it, a line of the
    audit. Raises `NotFound`, `Forbidden`.
    """
    locked = _locked(release, actor)
    if locked.withdrawn_at is None:
        locked.withdrawn_at = now
        locked.save(update_fields=["withdrawn_at"])
        _note(actor, "release_withdrawn", locked)
    _forget()
    return locked


@transaction.atomic
def restore(*, release: Release, actor: Actor) -> Release:
    """Undo that a release was taken back. What was reserved meanwhile stays.

    Guard, locks, writes, raises: as `withdraw`.
    """
    locked = _locked(release, actor)
    if locked.withdrawn_at is not None:
        locked.withdrawn_at = None
        locked.save(update_fields=["withdrawn_at"])
        _note(actor, "release_restored", locked)
    _forget()
    return locked


def release_of(of: Shop | Network, key: int) -> Release:
    """Return a release of a shop or of a network by its key. Raises `NotFound`
    (`no_such_release`)."""
    found = Release.objects.filter(**_where(of), pk=key).first()
    if found is None:
        raise NotFound("no_such_release", _("There is no such release here."), id=key)
    return found


def _checked(request: ReleaseRequest, now: datetime) -> tuple[dict[str, Any], list[int]]:
    """Return the columns of a release and the keys of its titles. Raises `Invalid`."""
    name, text = one_line(request.name), one_line(request.text)
    if not 0 < len(name) <= LONGEST_NAME:
        raise invalid("name", _("Give the release a name of at most 120 characters."))
    if len(text) > LONGEST_TEXT:
        raise invalid("text", _("At most 400 characters."))
    sale_at = request.sale_at or request.holds_at
    values: dict[str, Any] = {
        "name": name,
        "text": text,
        "holds_at": request.holds_at,
        "sale_at": sale_at,
        "online_at": request.online_at,
        "one_each": request.one_each,
        "shows_copies": request.shows_copies,
    }
    for field in _MOMENTS:
        values[field] = _moment(values[field], field, now)
    if values["online_at"] and values["online_at"] < values["holds_at"]:
        raise invalid("online_at", _("What is left is posted after it may be reserved."))
    values["ends_at"] = max(values[field] for field in _MOMENTS if values[field]) + LASTS
    if values["ends_at"] <= now:
        raise invalid("holds_at", _("This release is over: give a moment to come."))
    return values, _products(request.titles)


def _moment(at: datetime | None, field: str, now: datetime) -> datetime | None:
    if at is None:
        return None
    if wrong := wrong_year(at, field):
        raise wrong
    if at > now + AHEAD:
        raise Invalid(
            f"bad_{field}", _("A release is announced at most a year ahead."), field=field
        )
    return at.replace(second=0, microsecond=0)


def _products(titles: Sequence[str]) -> list[int]:
    """Return the keys of these titles. Raises `Invalid` (`bad_titles`), which names those that
    nobody knows."""
    refs = list(dict.fromkeys(ref.strip() for ref in titles if ref.strip()))
    if not 0 < len(refs) <= MOST_TITLES:
        told = fill(_("Name from 1 to %(most)d titles, an EAN a line."), most=MOST_TITLES)
        raise invalid("titles", told)
    found = named_products(refs, {"id"})
    if unknown := [ref for ref in refs if ref not in found]:
        told = fill(_("The catalogue does not know: %(refs)s."), refs=", ".join(unknown[:10]))
        raise Invalid("bad_titles", told, field="titles", unknown=unknown)
    return list({product.pk: None for product in found.values()})


def _write_titles(release: Release, products: Sequence[int]) -> None:
    release.titles.exclude(product__in=products).delete()
    ReleaseTitle.objects.bulk_create(
        [ReleaseTitle(release=release, product_id=key) for key in products], ignore_conflicts=True
    )


def _locked(release: Release, actor: Actor) -> Release:
    _scoped(_of(release), actor)
    return Release.objects.select_for_update(no_key=True).get(pk=release.pk)


def _scoped(of: Shop | Network, actor: Actor) -> dict[str, int]:
    """Guard and lock whose release this is; return the column that names it."""
    if isinstance(of, Network):
        in_network(of, actor, NetworkVerb.SET_RELEASES, lock=True)
    else:
        in_scope(of, actor, Verb.SET_RELEASES, lock=True)
    return _where(of)


def _where(of: Shop | Network) -> dict[str, int]:
    return {"network_id" if isinstance(of, Network) else "shop_id": of.pk}


def _of(release: Release) -> Shop | Network:
    found = release.network if release.shop is None else release.shop
    assert found is not None, "the database has a row name one of the two"
    return found


def _forget() -> None:
    """Have this process read the releases again: within this transaction, and once it is over."""
    memory.forget()
    transaction.on_commit(memory.forget)


def _facts(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _note(actor: Actor, deed: str, release: Release, **facts: Any) -> None:  # noqa: ANN401
    shop, network = release.shop_id, release.network_id
    note(actor, deed, subject=release, shop_id=shop, network_id=network, facts=facts)
