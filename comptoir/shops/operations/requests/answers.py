"""A request to join is answered: opened with one tap, or declined with a reason."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Conflict, Forbidden, Invalid, NotFound, fill
from comptoir.core.locks import Space, lock
from comptoir.core.text import plain_lines
from comptoir.networks.operations.scope import NetworkVerb, in_network
from comptoir.notifications.operations import forget
from comptoir.shops.contacts import time_zone_of
from comptoir.shops.models import JoinRequest, Shop, StaffRole
from comptoir.shops.operations.invitations import write_invitation
from comptoir.shops.operations.memberships import give_membership
from comptoir.shops.operations.origins import note_written
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.requests.inquiry import about, send
from comptoir.shops.operations.slugs import free_slug
from comptoir.shops.places import find_place
from comptoir.shops.requests.models import KnownWord, RequestState, runs_installation
from comptoir.shops.requests.reads import alike

DECLINED = "join_declined"
LONGEST_REASON = 500


@transaction.atomic
def open_request(*, request_id: int, actor: Actor, shop_id: int | None = None) -> JoinRequest:
    """Let a shop in, and return its request: the shop is made, or is the listed one that was
    claimed, or that of `shop_id`, which must be like it; it becomes a member of the network, and
    who asked is invited as its manager, by the mail that every invitation is.

    Guard: `TAKE_MEMBERS` of the request's network; of a request to none, who runs the
    installation. Locks: the directory, the request, the shop. Writes: the shop, who wrote its
    fields, the membership, the invitation and its mail, the request, a line of the audit. Raises
    `NotFound` (`no_such_request`, `no_such_shop`), `Forbidden`, `Conflict` (`request_answered`,
    `shop_denies`, `claimed_already`, `listed_elsewhere`, `siret_taken`).
    """
    lock(Space.DIRECTORY)
    request = _locked(request_id, actor)
    if request.known == KnownWord.NO:
        told = _("The shop’s own address says that it did not ask: decline, or call the shop.")
        raise Conflict("shop_denies", told)
    shop = _shop_of(request, shop_id, actor)
    if request.network is not None:
        with act_on(shop, "networks", actor=actor, at=timezone.now()):
            give_membership(shop, request.network, actor)
    name, address = request.asker_name, request.asker_email
    write_invitation(shop, address, StaffRole.MANAGER, name, actor)
    request.shop = shop
    _close(request, RequestState.OPENED, actor)
    return request


@transaction.atomic
def decline_request(*, request_id: int, reason: str, actor: Actor) -> JoinRequest:
    """Decline a request, and mail the reason to who asked.

    Guard: as `open_request`. Locks: the request. Writes: the request, a mail, a line of the audit.
    Raises `NotFound` (`no_such_request`), `Forbidden`, `Invalid` (`bad_reason`), `Conflict`
    (`request_answered`).
    """
    request = _locked(request_id, actor)
    request.reason = plain_lines(reason).strip()
    if not 0 < len(request.reason) <= LONGEST_REASON:
        told = _("Write why, in at most 500 characters: who asked reads it.")
        raise Invalid("bad_reason", told, field="reason")
    _close(request, RequestState.DECLINED, actor)
    send(request, DECLINED, request.asker_email)
    return request


@transaction.atomic
def erase_requests(*, now: datetime) -> int:
    """Delete the requests whose days are over, with their mails; return how many.

    Source: RGPD, article 5(1)(e).
    """
    over = list(JoinRequest.objects.filter(ends_at__lte=now).select_for_update().order_by("pk"))
    forget(about=[about(each) for each in over])
    return JoinRequest.objects.filter(pk__in=[each.pk for each in over]).delete()[0]


def _locked(request_id: int, actor: Actor) -> JoinRequest:
    """Return a pending request that this actor may answer, locked."""
    mine = JoinRequest.objects.visible_to(actor).filter(pk=request_id)
    seen = mine.select_related("network").first()
    if seen is None:
        raise NotFound("no_such_request", _("There is no such request."))
    if seen.network is not None:
        in_network(seen.network, actor, NetworkVerb.TAKE_MEMBERS, lock=True)
    elif not runs_installation(actor):
        raise Forbidden("not_operator", _("Only an operator of the installation may do this."))
    request = JoinRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if not request.is_pending:
        raise Conflict("request_answered", _("This request was answered meanwhile."))
    return request


def _shop_of(request: JoinRequest, shop_id: int | None, actor: Actor) -> Shop:
    """Return the shop of a request, locked: the one that is named, claimed, or made now."""
    key = shop_id or request.shop_id
    if key is None:
        return _made(request, actor)
    if shop_id and shop_id != request.shop_id and shop_id not in {s.pk for s, _ in alike(request)}:
        raise NotFound("no_such_shop", _("There is no such shop."))
    shop = Shop.objects.of_network().select_for_update(no_key=True).filter(pk=key).first()
    if shop is None:
        raise NotFound("no_such_shop", _("There is no such shop."))
    if shop.staff.exists() or shop.invitations.filter(role=StaffRole.MANAGER).exists():
        told = _(
            "%(shop)s has somebody who answers for it, or who is invited to: this second request"
            " can be declined, and its sender be told to ask them."
        )
        raise Conflict("claimed_already", fill(told, shop=shop.name))
    _check_standing(shop, request, actor)
    siret = request.entry.get("siret")
    if siret and not shop.siret and not Shop.objects.filter(siret=siret).exists():
        now = timezone.now()
        with act_on(shop, actor=actor, at=now):
            shop.siret = siret
            shop.save(update_fields=["siret"])
            note_written(shop, ["siret"], actor=actor, at=now)
    return shop


def _check_standing(shop: Shop, request: JoinRequest, actor: Actor) -> None:
    """Refuse a listing that other networks speak for: else whoever coordinates one could claim any
    shop of another, and open it to themselves. Its own address may say yes in their place.

    Raises `Conflict` (`listed_elsewhere`).
    """
    if request.known in (KnownWord.SAME, KnownWord.YES) or runs_installation(actor):
        return
    speak = {each.network_id: each.network for each in shop.memberships.select_related("network")}
    if speak and request.network_id not in speak:
        told = _(
            "%(shop)s is a member of %(networks)s: have the request sent there, or wait until the"
            " shop’s own address says yes."
        )
        names = ", ".join(sorted(each.name for each in speak.values()))
        raise Conflict("listed_elsewhere", fill(told, shop=shop.name, networks=names))


def _made(request: JoinRequest, actor: Actor) -> Shop:
    """Return a new shop of what was given; it stands in its town until somebody says where."""
    entry = request.entry
    if Shop.objects.filter(siret=entry["siret"]).exists():
        told = _("A shop with this SIRET has left, or has come meanwhile: look in the directory.")
        raise Conflict("siret_taken", told)
    place = find_place(f"{entry['postcode']} {entry['city']}")
    if place is None:
        told = _("No town is known as %(place)s: check it.")
        raise Conflict("unknown_town", fill(told, place=entry["city"]))
    shop = Shop.objects.create(
        **entry,
        slug=free_slug(entry["name"], entry["city"]),
        latitude=place.latitude,
        longitude=place.longitude,
        placed_in_town=True,
        time_zone=time_zone_of(entry["postcode"]),
    )
    note_written(shop, entry, actor=actor, at=timezone.now())
    return shop


def _close(request: JoinRequest, state: RequestState, actor: Actor) -> None:
    """Note the answer; what is personal in the request goes some time after it."""
    now = timezone.now()
    request.state, request.answered_at = state, now
    request.ends_at = now + timedelta(days=settings.ERASE_AFTER_DAYS)
    for name, value in acted_by(actor).items():
        setattr(request, name, value)
    request.save()
    note(
        actor,
        f"request_{state}",
        subject=request,
        shop_id=request.shop_id,
        network_id=request.network_id,
        reason=request.reason,
    )
