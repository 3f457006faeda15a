"""What a reader does: ask for an alert, confirm it by the link of its mail, end it."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comptoir.alerts.errors import HereAlready, TooManyAlerts, alert_is_over, damaged_link
from comptoir.alerts.links import NONCE, read_last_word, read_link_word
from comptoir.alerts.models import Alert
from comptoir.alerts.operations.requests import (
    AlertRequest,
    Checked,
    check,
    count_asking,
    count_link,
)
from comptoir.alerts.reads import is_known, offers_for, offers_near
from comptoir.core.locks import Space, lock
from comptoir.notifications.operations import Draft, forget, queue
from comptoir.orders.operations.known_contacts import refresh, remember
from comptoir.stock.shelf.demand import note_demand

CONFIRM_WITHIN = timedelta(days=1)
"""How long a link of confirmation is good; nothing is held meanwhile."""


def ask(request: AlertRequest) -> Alert:
    """Set an alert and return it. Where the browser's mark shows that the address is of who asks,
    it waits at once; else a link goes to the address, and it waits once that is pressed.

    What is returned and refused is the same whoever else has used the address, so that nobody
    learns whether it is known here.

    Guard: none, every reader may ask; the limits are those of `requests`. Locks: the turn of the
    person (`ALERTS`). Writes: counts, the alert, its mail; of a person, what `_begin` does. Raises
    `Faults`, `TooMany`, `HereAlready`; of a person also `TooManyAlerts`.
    """
    checked = check(request)
    now = timezone.now()
    count_asking(checked)
    here = offers_near(
        request.product_id,
        wanted=checked.wanted,
        point=checked.point,
        radius_km=checked.radius_km,
        at=now,
    )
    if here:
        raise HereAlready(here)
    if checked.claims_a_person and is_known(checked.email_key):
        return _ask_as_person(checked, now)
    count_link(checked.email)
    return _ask_for_link(checked, now)


@transaction.atomic
def _ask_as_person(checked: Checked, now: datetime) -> Alert:
    lock(Space.ALERTS, checked.email_key)
    alert = _written(checked, now)
    # As old as may be: the date moves, as by an order of theirs.
    refresh({checked.email_key: 0}, [checked.email_key], now)
    _begin(alert, now)
    return alert


@transaction.atomic
def _ask_for_link(checked: Checked, now: datetime) -> Alert:
    alert = _written(checked, now)
    alert.mail = about(alert)
    alert.save(update_fields=["mail"])
    link = Draft(
        to=alert.email,
        language=alert.language,
        template="alert_confirm",
        context={"alert": alert.pk},
        about=alert.mail,
    )
    queue([link])
    return alert


def _written(checked: Checked, now: datetime) -> Alert:
    site = checked.request.portal
    return Alert.objects.create(
        product_id=checked.request.product_id,
        wanted=checked.wanted,
        place=checked.place,
        latitude=checked.point.latitude,
        longitude=checked.point.longitude,
        radius_km=checked.radius_km,
        email=checked.email,
        email_key=checked.email_key,
        language=checked.language,
        nonce=secrets.token_hex(NONCE // 2),
        created_at=now,
        ends_at=now + CONFIRM_WITHIN,
        network=site.network if site else None,
        shop_id=site.shop_id if site else None,
    )


@transaction.atomic
def confirm(*, word: str) -> Alert:
    """Have the alert of a link wait from now on; return it. A second time changes nothing.

    It takes the place of an earlier one of the same person and title. From now on the address is
    that of a person (`orders.operations.known_contacts`).

    Guard: the word of the link. Locks: the turn of the person (`ALERTS`), the alert. Writes: the
    alert, the known contact; what `_begin` does; deletes the mail with the link. Raises `NotFound`
    (`damaged_link`, `alert_is_over`), `TooManyAlerts`.
    """
    now = timezone.now()
    alert = _locked(word)
    if alert.confirmed_at is not None:
        return alert
    if alert.ends_at <= now:
        raise alert_is_over()
    remember(alert.email_key, now)
    forget(about=[alert.mail])
    alert.mail = ""
    _begin(alert, now)
    return alert


@transaction.atomic
def end(*, word: str) -> None:
    """End the alert of a link: it is deleted, with its mails.

    Guard: the word of the link. Locks: as `confirm`. Writes: deletes the alert and what is on its
    way. Raises `NotFound` (`damaged_link`, `alert_is_over`).
    """
    drop([_locked(word)])


@transaction.atomic
def end_all(*, word: str) -> int:
    """End every alert of the mailbox that a link names; return how many there were.

    Guard: the word of the link. Locks: the turn of the person (`ALERTS`), their alerts. Writes:
    deletes the alerts and what is on its way. Raises `NotFound` (`damaged_link`).
    """
    key = read_last_word(word)
    if key is None:
        raise damaged_link()
    lock(Space.ALERTS, key)
    alerts = list(Alert.objects.select_for_update().filter(email_key=key).order_by("pk"))
    drop(alerts)
    return len(alerts)


def about(alert: Alert) -> str:
    """Return what a mail is about that an alert caused (`notifications.Message`)."""
    return f"alert:{alert.nonce}"


def drop(alerts: Iterable[Alert]) -> None:
    """Delete locked alerts, and the mails that are about no other. A mail on its way that is about
    others too finds that it says too much, and is written anew (`news.settle`)."""
    found = list(alerts)
    Alert.objects.filter(pk__in=[alert.pk for alert in found]).delete()
    mails = {alert.mail for alert in found} - {""}
    shared = set(Alert.objects.filter(mail__in=mails).values_list("mail", flat=True))
    forget(about=sorted(mails - shared))


def _locked(word: str) -> Alert:
    """Return the alert of a link, its person's turn and its row locked."""
    nonce = read_link_word(word)
    if nonce is None:
        raise damaged_link()
    alerts = Alert.objects.filter(nonce=nonce)
    found = alerts.first()
    if found is None:
        raise alert_is_over()
    lock(Space.ALERTS, found.email_key)
    locked = alerts.select_for_update().first()
    if locked is None:
        raise alert_is_over()
    return locked


def _begin(alert: Alert, now: datetime) -> None:
    """Have an alert wait whose person is known; the person's turn is locked. Raises
    `TooManyAlerts`."""
    theirs = Alert.objects.confirmed().filter(email_key=alert.email_key)
    drop(theirs.select_for_update().filter(product=alert.product_id))
    if theirs.count() >= settings.ALERTS_PER_PERSON:
        raise TooManyAlerts(settings.ALERTS_PER_PERSON)
    alert.confirmed_at = now
    alert.ends_at = now + timedelta(days=settings.ALERT_DAYS)
    # What came while the link was on its way, no outbox tells again.
    alert.due_at = now if offers_for([alert], now)[alert.pk] else None
    alert.save()
    note_demand(alert.product_id)
