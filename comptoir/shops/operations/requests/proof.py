"""A request is confirmed from the mailbox of who asks, and answered from that of the shop.

Each link holds the key and the nonce of the request under a signature of its own: who has one of
them cannot make the other, and who reads the table alone can make neither.
"""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from comptoir.core.errors import NotFound
from comptoir.core.limits import Limit, TooMany, count
from comptoir.networks.models import NetworkRole
from comptoir.shops.contacts import receives_mail
from comptoir.shops.models import JoinRequest, Shop
from comptoir.shops.operations.requests.inquiry import DAY, send
from comptoir.shops.requests.models import KnownWord, RegistryWord, RequestState

ASK_REGISTRY = "comptoir.shops.tasks.ask_registry"
"""The job, by its name: its module imports this one."""
KNOWN, WAITING = "join_known", "join_waiting"
PENDING_DAYS = 60
"""So long a confirmed request waits for an answer; then it is erased."""
PER_SHOP = Limit("join_requests_to_shop", 3, DAY)
"""How many requests a day a shop's own address is asked about."""
_OF_ASKER = Signer(salt="comptoir.shops.requests.asker", sep="~")
_OF_SHOP = Signer(salt="comptoir.shops.requests.shop", sep="~")


@transaction.atomic
def confirm_request(*, link: str) -> JoinRequest:
    """Confirm a request by the link of the mail that its sender got: from now on who may answer it
    sees it, and they get a mail; so does the address that the directory has of the shop, unless it
    is the sender's own. The company registry is asked by a job. Confirmed twice is confirmed once.

    Guard: the link. Locks: the request. Writes: the request, mails, a job. Raises `NotFound`
    (`request_over`).
    """
    seen = find_by_asker(link)
    request = JoinRequest.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if request.state != RequestState.ASKED:
        return request
    now = timezone.now()
    request.shop = request.shop or _listed(request)
    request.state, request.confirmed_at = RequestState.CONFIRMED, now
    request.ends_at = now + timedelta(days=PENDING_DAYS)
    request.known = _ask_shop(request)
    if settings.REGISTRY_URL and siret_of(request):
        request.registry = RegistryWord.WAITS
        app.configure_task(ASK_REGISTRY).defer(request_id=request.pk)
    request.save()
    _tell_coordinators(request)
    return request


@transaction.atomic
def answer_for_shop(*, link: str, ours: bool) -> JoinRequest:
    """Say from the shop's own address whether it is it who asks; the last word counts, until the
    request is answered.

    Guard: the link, which only the mail to that address holds. Locks: the request. Writes: the
    request. Raises `NotFound` (`request_over`).
    """
    seen = find_by_shop(link)
    request = JoinRequest.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if request.is_pending:
        request.known = KnownWord.YES if ours else KnownWord.NO
        request.save(update_fields=["known"])
    return request


def find_by_asker(link: str) -> JoinRequest:
    """Return the request that the link of its sender's mail names. Raises `NotFound`."""
    return _find(_OF_ASKER, link)


def find_by_shop(link: str) -> JoinRequest:
    """Return the request that the link of the shop's mail names. Raises `NotFound`."""
    return _find(_OF_SHOP, link)


def link_of_asker(request: JoinRequest) -> str:
    """Return what the address in the sender's mail ends with."""
    return _OF_ASKER.sign(f"{request.pk}-{request.nonce}")


def link_of_shop(request: JoinRequest) -> str:
    """Return what the address in the shop's mail ends with."""
    return _OF_SHOP.sign(f"{request.pk}-{request.nonce}")


def siret_of(request: JoinRequest) -> str:
    """Return the SIRET that was given, or that the directory has."""
    return request.entry.get("siret") or (request.shop.siret if request.shop else "") or ""


def _listed(request: JoinRequest) -> Shop | None:
    """Return the shop of the directory that has the SIRET of a request."""
    return Shop.objects.of_network().filter(siret=request.entry.get("siret") or "-").first()


def _ask_shop(request: JoinRequest) -> KnownWord:
    """Mail the address that the directory has of the shop, and return what is known of it now."""
    address = request.shop.email if request.shop else ""
    if not receives_mail(address):
        return KnownWord.NONE
    if address.lower() == request.asker_email:
        return KnownWord.SAME
    try:
        count(PER_SHOP, address)
    except TooMany:
        # The shop was asked enough today; the coordinator sees that it has not answered.
        return KnownWord.WAITS
    send(request, KNOWN, address, language=settings.LANGUAGE_CODE, secret=True)
    return KnownWord.WAITS


def _tell_coordinators(request: JoinRequest) -> None:
    """Mail those who may answer."""
    if request.network is None:
        return
    people = request.network.people.filter(role=NetworkRole.COORDINATOR, user__is_active=True)
    addresses = people.order_by("pk").values_list("user__email", flat=True)
    send(request, WAITING, *addresses, language=settings.LANGUAGE_CODE)


def _find(signer: Signer, link: str) -> JoinRequest:
    over = NotFound(
        "request_over",
        _("This link is no longer good: the request was answered, or its days are over."),
    )
    try:
        key, _sep, nonce = signer.unsign(link).partition("-")
    except BadSignature:
        raise over from None
    found = JoinRequest.objects.filter(pk=int(key), ends_at__gt=timezone.now())
    request = found.select_related("shop", "network").first()
    if request is None or not constant_time_compare(nonce, request.nonce):
        raise over
    return request
