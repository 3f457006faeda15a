"""What may be done to a shop's webhooks: by its managers, its API tokens and the system.

Guard of every verb with an actor: `CHANGE_WEBHOOKS`. It locks the shop, then the endpoint (both
`FOR NO KEY UPDATE`), and writes in that one transaction, a line of the audit where the endpoint
itself is changed. It announces nothing: a test or a replay
is a delivery that a sender finds due. It raises `NotFound` and `Forbidden`.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Conflict, Invalid
from comptoir.core.gate import check_typed
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.webhooks.errors import no_such_endpoint, no_such_message
from comptoir.webhooks.models import Delivery, DeliveryStatus, Endpoint, Event, Message
from comptoir.webhooks.signature import secrets_of

MOST_ENDPOINTS = 10
BOTH_VALID = timedelta(hours=24)
"""How long the secret before a rotation signs too."""
KEPT = timedelta(days=30)


@transaction.atomic
def add_endpoint(
    *, shop: Shop, url: str, events: Iterable[str], actor: Actor
) -> tuple[Endpoint, str]:
    """Send these events to an address from now on; return it with its secret, shown once.

    Locks: the shop, so that two at once do not pass the limit. Writes: the endpoint. Raises
    `Invalid` (`bad_url`, `bad_event`), `Conflict` (`too_many_webhooks`, `webhook_exists`).
    """
    in_scope(shop, actor, Verb.CHANGE_WEBHOOKS)
    check_typed(url.strip())  # it may take a moment: before the lock
    shop = in_scope(shop, actor, Verb.CHANGE_WEBHOOKS, lock=True)
    if shop.webhooks.count() >= MOST_ENDPOINTS:
        raise Conflict(
            "too_many_webhooks", _("A shop has ten webhooks at most: remove one of them first.")
        )
    if shop.webhooks.filter(url=url.strip()).exists():
        raise Conflict("webhook_exists", _("This address is told already: look at it in the list."))
    endpoint = Endpoint.objects.create(
        shop=shop,
        url=url.strip(),
        events=_events(events),
        nonce=secrets.token_hex(16),
        **acted_by(actor),
    )
    note(actor, "webhook_added", subject=endpoint, shop_id=shop.pk, facts=_told(endpoint))
    return endpoint, secret_of(endpoint)


@transaction.atomic
def remove_endpoint(*, shop: Shop, endpoint_id: int, actor: Actor) -> None:
    """Delete an endpoint with its deliveries and their log; what waits is not sent."""
    endpoint = _endpoint(shop, endpoint_id, actor)
    note(actor, "webhook_removed", subject=endpoint, shop_id=shop.pk, facts=_told(endpoint))
    endpoint.delete()


@transaction.atomic
def rotate_secret(*, shop: Shop, endpoint_id: int, actor: Actor) -> tuple[Endpoint, str]:
    """Give an address a new secret, shown once; the one before signs too for a day.

    A second one within that day would cut off the secret that the receiver knows. Writes: the
    endpoint. Raises `Conflict` (`secret_renewed`).
    """
    endpoint = _endpoint(shop, endpoint_id, actor)
    now = timezone.now()
    if endpoint.previous_until is not None and now < endpoint.previous_until:
        message = _(
            "The secret was renewed less than a day ago, and the one before still signs: wait until"
            " that day is over. If the new one leaked, remove this address and add it again."
        )
        raise Conflict("secret_renewed", message, until=endpoint.previous_until.isoformat())
    endpoint.generation += 1
    endpoint.previous_until = now + BOTH_VALID
    endpoint.save(update_fields=["generation", "previous_until"])
    facts = _told(endpoint)
    note(actor, "webhook_secret_renewed", subject=endpoint, shop_id=shop.pk, facts=facts)
    return endpoint, secret_of(endpoint)


@transaction.atomic
def pause_endpoint(*, shop: Shop, endpoint_id: int, actor: Actor) -> Endpoint:
    """Send an address nothing for now; what happens meanwhile waits. Writes: the endpoint."""
    endpoint = _endpoint(shop, endpoint_id, actor)
    endpoint.paused_at = endpoint.paused_at or timezone.now()
    endpoint.save(update_fields=["paused_at"])
    note(actor, "webhook_paused", subject=endpoint, shop_id=shop.pk, facts=_told(endpoint))
    return endpoint


@transaction.atomic
def resume_endpoint(*, shop: Shop, endpoint_id: int, actor: Actor) -> Endpoint:
    """Send again to an address that was paused, or disabled because it failed for days.

    What waits for it is due at once. Writes: the endpoint, its waiting deliveries.
    """
    endpoint = _endpoint(shop, endpoint_id, actor)
    endpoint.paused_at = endpoint.disabled_at = None
    endpoint.failing_since = endpoint.rest_until = None
    endpoint.failures = 0
    endpoint.save()
    note(actor, "webhook_resumed", subject=endpoint, shop_id=shop.pk, facts=_told(endpoint))
    now = timezone.now()
    # What is due already stays as it is: a sender may be at it (`sender.record`).
    waiting = endpoint.deliveries.filter(status=DeliveryStatus.PENDING, next_at__gt=now)
    waiting.update(next_at=now)
    return endpoint


@transaction.atomic
def send_test(*, shop: Shop, endpoint_id: int, actor: Actor) -> Delivery:
    """Send an address a message of no event (`Event.TEST`); its log shows the answer.

    Writes: the message, its delivery. Raises `Conflict` (`webhook_paused`).
    """
    endpoint = _endpoint(shop, endpoint_id, actor)
    if endpoint.paused_at is not None or endpoint.disabled_at is not None:
        raise Conflict(
            "webhook_paused",
            _("Nothing is sent to this address just now: have it told again first."),
        )
    data = {"shop": {"siret": endpoint.shop.siret, "slug": endpoint.shop.slug}}
    message = Message.objects.create(shop=endpoint.shop, event=Event.TEST, data=data)
    return Delivery.objects.create(message=message, endpoint=endpoint)


@transaction.atomic
def replay(*, shop: Shop, delivery_id: int, actor: Actor) -> Delivery:
    """Send a message again, with the same `webhook-id`, as if it had never been tried.

    Locks: the shop, the endpoint, the delivery. Writes: the delivery, and the endpoint's rest ends.
    """
    shop = in_scope(shop, actor, Verb.CHANGE_WEBHOOKS, lock=True)
    sought = Delivery.objects.filter(endpoint__shop=shop, pk=delivery_id)
    # The endpoint first, as `sender.record` does: in the other order the two would wait for each
    # other in a circle.
    list(shop.webhooks.filter(deliveries__in=sought).select_for_update(no_key=True))
    found = sought.select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise no_such_message()
    found.status, found.tries, found.next_at = DeliveryStatus.PENDING, 0, timezone.now()
    found.save(update_fields=["status", "tries", "next_at"])
    Endpoint.objects.filter(pk=found.endpoint_id).update(rest_until=None)
    return found


@transaction.atomic
def replay_failed(*, shop: Shop, endpoint_id: int, actor: Actor) -> int:
    """Send again all that an address never received, oldest first; return how many.

    Writes: its deliveries that were given up.
    """
    endpoint = _endpoint(shop, endpoint_id, actor)
    given_up = endpoint.deliveries.filter(status=DeliveryStatus.FAILED)
    return given_up.update(status=DeliveryStatus.PENDING, tries=0, next_at=timezone.now())


def erase_old(*, now: datetime | None = None) -> int:
    """Erase the messages of a month ago or more (`KEPT`), with their deliveries and log.

    Returns how many messages. A job: no guard, no lock of its own, nothing announced.
    """
    old = Message.objects.filter(created_at__lte=(now or timezone.now()) - KEPT)
    return old.delete()[1].get("webhooks.Message", 0)


def secret_of(endpoint: Endpoint) -> str:
    """Return the newest secret of an address, to be shown once."""
    return secrets_of(endpoint, timezone.now())[0]


def _endpoint(shop: Shop, endpoint_id: int, actor: Actor) -> Endpoint:
    shop = in_scope(shop, actor, Verb.CHANGE_WEBHOOKS, lock=True)
    found = shop.webhooks.select_for_update(no_key=True).filter(pk=endpoint_id).first()
    if found is None:
        raise no_such_endpoint()
    return found


def _told(endpoint: Endpoint) -> dict[str, str]:
    """Return what the audit keeps of an endpoint: its address, without what may be secret."""
    return {"address": endpoint.address}


def _events(events: Iterable[str]) -> list[str]:
    """Return the events that an endpoint may ask for, in their order; none means all."""
    known = [event.value for event in Event if event is not Event.TEST]
    asked = set(events)
    if unknown := asked - set(known):
        raise Invalid(
            "bad_event",
            _("These events are unknown: %(names)s. There are: %(known)s.")
            % {"names": ", ".join(sorted(unknown))[:200], "known": ", ".join(known)},
            field="events",
        )
    return [event for event in known if event in asked or not asked]
