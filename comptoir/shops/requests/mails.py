"""What the mails about requests to join show, read when they are rendered."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from comptoir.core.words import until
from comptoir.notifications.operations import NoLongerTrue, register
from comptoir.notifications.reads import masked
from comptoir.shops.models import JoinRequest, MembershipOffer
from comptoir.shops.operations.memberships import OFFERED
from comptoir.shops.operations.requests.answers import DECLINED
from comptoir.shops.operations.requests.inquiry import CONFIRM
from comptoir.shops.operations.requests.proof import (
    KNOWN,
    WAITING,
    link_of_asker,
    link_of_shop,
)
from comptoir.shops.requests.models import RequestState


def prepare() -> None:
    """Register the builder of each template of requests."""
    register(CONFIRM, _confirm)
    register(KNOWN, _known)
    register(WAITING, _waiting)
    register(DECLINED, _declined)
    register(OFFERED, _offered)


def _confirm(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail to who asks shows: the link that confirms."""
    request = _request(named)
    return _shown(request, "site:join_confirm", link_of_asker(request))


def _known(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail to the shop's own address shows; of who asks the name, and no more of
    their address than tells whether one knows it."""
    request = _request(named)
    if not request.is_pending:
        raise NoLongerTrue
    asker = f"{request.asker_name} ({masked(request.asker_email)})"
    return _shown(request, "site:join_verify", link_of_shop(request)) | {"asker": asker}


def _waiting(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail to a coordinator shows."""
    request = _request(named)
    if not request.is_pending or request.network is None:
        raise NoLongerTrue
    return _shown(request, "office:requests", request.network.slug)


def _declined(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail of a refusal shows."""
    request = _request(named)
    if request.state != RequestState.DECLINED:
        raise NoLongerTrue
    return _shown(request, "site:join")


def _offered(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail of an offered membership shows."""
    offers = MembershipOffer.objects.select_related("shop", "network")
    offer = offers.filter(pk=named["offer"]).first()
    if offer is None:
        raise NoLongerTrue
    url = settings.BASE_URL + reverse("counter:networks", args=[offer.shop.slug])
    return {"shop": offer.shop, "association": offer.network.name, "url": url}


def _request(named: Mapping[str, Any]) -> JoinRequest:
    found = JoinRequest.objects.select_related("shop", "network").filter(pk=named["request"])
    request = found.first()
    if request is None:
        raise NoLongerTrue
    return request


def _shown(request: JoinRequest, name: str, *args: str) -> dict[str, Any]:
    return {
        "asked": request,
        "called": request.called,
        "city": request.shop.city if request.shop else request.entry.get("city", ""),
        "association": request.network.name if request.network else "",
        "until": until(request.ends_at, ZoneInfo(settings.TIME_ZONE)),
        "url": settings.BASE_URL + reverse(name, args=args),
    }
