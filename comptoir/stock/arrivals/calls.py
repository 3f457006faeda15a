"""The link of a shop to the provider of its till, and the calls that come by it."""

import secrets
from datetime import datetime
from io import BytesIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Forbidden, Invalid, NotFound
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.arrivals.articles import resolve
from comptoir.stock.arrivals.files import what_is_known
from comptoir.stock.arrivals.models import TillLink
from comptoir.stock.formats import CALLS
from comptoir.stock.formats.calls import REPLAY_WINDOW
from comptoir.stock.formats.lines import (
    Call,
    Covers,
    FeedFile,
    Known,
    Line,
    RefusedLine,
    ReportMode,
)
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.models import Report, ReportStatus
from comptoir.stock.reports.operations import take_report

PATH = "/tills/{provider}/{token}"
_LONGEST_SECRET = 200
_LONGEST_LOCATION = 60
_NOT_GENUINE = _("This call is not signed as it should be.")


@transaction.atomic
def link_till(
    *, shop: Shop, provider: str, actor: Actor, secret: str = "", location: str = ""
) -> TillLink:
    """Make, or change, the link by which a provider calls for a shop, and return it.

    The first time, its address (`url_of`) is made, for good; what is left empty later stays as it
    is. Until a secret is entered, calls are answered and change nothing: some providers give theirs
    only after a first answer.

    Guard: `LINK_TILL`. Locks: the shop, the link. Writes: the link. Announces nothing. Raises
    `NotFound`, `Forbidden`, `Invalid` (`bad_provider`, `bad_secret`, `bad_location`).
    """
    shop = in_scope(shop, actor, Verb.LINK_TILL, lock=True)
    if provider not in CALLS:
        raise Invalid("bad_provider", _("No provider of this name calls here."), field="provider")
    secret, location = secret.strip(), location.strip()
    if len(secret) > _LONGEST_SECRET or not secret.isprintable():
        raise Invalid("bad_secret", _("This secret is none: copy it again."), field="secret")
    if len(location) > _LONGEST_LOCATION or not location.isprintable():
        message = _("This location is too long: copy it again.")
        raise Invalid("bad_location", message, field="location")
    values = {"secret": secret, "location": location}
    link, _made = TillLink.objects.update_or_create(
        shop=shop,
        provider=provider,
        defaults={name: value for name, value in values.items() if value},
        create_defaults=values | {"token": secrets.token_urlsafe(32)},
    )
    return link


@transaction.atomic
def unlink_till(*, shop: Shop, provider: str, actor: Actor) -> None:
    """End a link at once: its address answers 404 from now on; what was reported stays.

    Guard: `LINK_TILL`. Locks: the shop. Writes: the link is removed. Announces nothing. Raises
    `NotFound` (also `no_such_link`), `Forbidden`.
    """
    gone, _each = TillLink.objects.filter(
        shop=in_scope(shop, actor, Verb.LINK_TILL, lock=True), provider=provider
    ).delete()
    if not gone:
        raise NotFound("no_such_link", _("This shop has no such link."), provider=provider)


def links_of(shop: Shop, actor: Actor) -> list[TillLink]:
    """Return the links of a shop, by provider. Raises `NotFound`."""
    return list(
        TillLink.objects.filter(shop=in_scope(shop, actor, Verb.READ_COUNTER)).order_by("provider")
    )


def url_of(link: TillLink) -> str:
    """Return the address to give to the provider."""
    return called_url(link.provider, link.token)


def called_url(provider: str, token: str) -> str:
    """Return the address of a call as its provider knows it, and signs it.

    From the settings: a request's own host is whatever its sender wrote.
    """
    return settings.BASE_URL + PATH.format(provider=provider, token=token)


def take_call(*, provider: str, token: str, call: Call) -> Report | None:
    """Apply what a provider reports for a shop, exactly once, and return the report.

    None when there is nothing to apply: another event, another location, an older version of a
    record, or a link whose secret is not known yet. A genuine call that cannot be read becomes a
    refused report, for the shop to see: the provider can do nothing about it.

    Guard: the call is signed by the link's secret; it then acts as a feed of the shop. Locks: the
    link, then what `take_report` locks. Writes and announces as `take_report`, and the moment of
    the call on the link. Raises `NotFound` (`no_such_link`), `Forbidden` (`not_genuine`) when the
    call is not signed so, or was long ago.
    """
    link = TillLink.objects.filter(provider=provider, token=token).select_related("shop").first()
    format = CALLS.get(provider)
    if link is None or format is None or format.genuine is None or format.read is None:
        raise NotFound("no_such_link", _("There is nothing at this address."))
    if not link.secret:
        return None
    if not format.genuine(call, link.secret):
        _note(link, "refused_at")
        raise Forbidden("not_genuine", _NOT_GENUINE)
    try:
        file = format.read(BytesIO(call.body), _known(link))
        lines = list(file.lines)
        return _take(link, file, lines)
    except Invalid as error:
        return _refuse(link, error)


@transaction.atomic
def _take(link: TillLink, file: FeedFile, lines: list[Line]) -> Report | None:
    # Calls of one link take turns: two versions of a record that come at once would each see that
    # no later one is there, and the older might be applied last.
    TillLink.objects.select_for_update(no_key=True).get(pk=link.pk)
    if file.as_of and file.as_of < timezone.now() - REPLAY_WINDOW:
        raise Forbidden("not_genuine", _NOT_GENUINE)
    _note(link, "heard_at")
    if not lines or _is_older(link, file.key):
        return None
    return _apply(link, lines, file.as_of, file.shop_code, file.key)


def _refuse(link: TillLink, error: Invalid) -> Report:
    """Make a refused report of a genuine call that cannot be read, for the shop to see."""
    _note(link, "heard_at")
    return _apply(link, [RefusedLine(1, error.code, error.message)], None, "", "")


def _apply(
    link: TillLink, lines: list[Line], as_of: datetime | None, location: str, key: str
) -> Report:
    return take_report(
        Incoming(
            shop=link.shop,
            format=link.provider,
            mode=ReportMode.DELTA,
            as_of=as_of,
            lines=resolve(link.shop, link.provider, lines),
            actor=Actor.feed(link.shop_id),
            covers=Covers.NEW,
            shop_code=location,
            key=key,
        )
    )


def _known(link: TillLink) -> Known:
    """Return what is known of the feed; a location that the shop named comes before a learnt
    one."""
    known = what_is_known(link.shop, link.provider)
    return Known(
        shop_code=link.location or known.shop_code,
        columns=known.columns,
        siret=known.siret,
        time_zone=known.time_zone,
    )


def _is_older(link: TillLink, key: str) -> bool:
    """Return whether a later version of the same record was taken already (`lightspeed`)."""
    record, _colon, _version = key.rpartition(":")
    if not (link.provider == "lightspeed" and record):
        return False
    reports = Report.objects.filter(feed__shop=link.shop_id, feed__format=link.provider)
    # In the words of the partial index `stock_run_key_once`, or it could not be used.
    reports = reports.exclude(key="").exclude(status=ReportStatus.PREVIEWED)
    return reports.filter(key__gt=key, key__startswith=f"{record}:").exists()


def _note(link: TillLink, what: str) -> None:
    TillLink.objects.filter(pk=link.pk).update(**{what: timezone.now()})
