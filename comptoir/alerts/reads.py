"""What may be read of alerts, and which offers answer one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter

from comptoir.alerts.errors import alert_is_over, damaged_link
from comptoir.alerts.links import read_last_word, read_link_word
from comptoir.alerts.models import Alert, Wanted
from comptoir.orders.models import KnownContact
from comptoir.shops.models import Shop
from comptoir.shops.places import Point, metres
from comptoir.stock.models import Condition
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.standing import ShopOffer, who_has


def alert_by_word(word: str) -> Alert:
    """Return the alert of a link, with its product.

    Raises `NotFound`: `damaged_link` for a word that Comptoir did not write, `alert_is_over`.
    """
    nonce = read_link_word(word)
    if nonce is None:
        raise damaged_link()
    found = Alert.objects.filter(nonce=nonce).select_related("product").first()
    if found is None:
        raise alert_is_over()
    return found


def alerts_by_last_word(word: str) -> list[Alert]:
    """Return all confirmed alerts of the mailbox that a link names, with their products, the oldest
    first. Raises `NotFound` (`damaged_link`)."""
    key = read_last_word(word)
    if key is None:
        raise damaged_link()
    found = Alert.objects.confirmed().filter(email_key=key)
    return list(found.select_related("product").order_by("pk"))


def is_known(email_key: str) -> bool:
    """Whether the owner of an address has confirmed it, and not been idle for too long since."""
    return KnownContact.objects.filter(pk=email_key).exists()


def offers_near(
    product_id: int, *, wanted: Wanted, point: Point, radius_km: int, at: datetime
) -> list[ShopOffer]:
    """Return the offers that answer somebody who waits there for a title, nearest first."""
    found = who_has([product_id], point, radius_km * 1000, at).get(product_id, [])
    return [offer for offer in found if answers(offer, wanted)]


def offers_for(alerts: Sequence[Alert], at: datetime) -> dict[int, list[ShopOffer]]:
    """Return, by the key of each alert, the offers that answer it at a moment, nearest first. One
    query for all of them."""
    found = who_has({alert.product_id for alert in alerts}, at=at)
    return {alert.pk: _near(alert, found.get(alert.product_id, [])) for alert in alerts}


def answers(offer: ShopOffer, wanted: str) -> bool:
    """Whether an offer is what somebody waits for.

    A copy that is to be confirmed is not: it may well be gone, and the one mail would be used up.
    """
    if offer.confidence == Confidence.TO_CONFIRM:
        return False
    return wanted == Wanted.ANY or (wanted == Wanted.USED) == (offer.condition != Condition.NEW)


def metres_to(alert: Alert, offer: ShopOffer) -> float:
    """Return how far the shop of an offer is from where an alert waits."""
    shop = offer.shop
    return metres(alert.latitude, alert.longitude, shop.latitude, shop.longitude)


def _near(alert: Alert, offers: Iterable[ShopOffer]) -> list[ShopOffer]:
    theirs = [offer for offer in offers if _may_answer(offer.shop, alert)]
    away = ((metres_to(alert, offer), offer) for offer in theirs if answers(offer, alert.wanted))
    near = [(far, offer) for far, offer in away if far <= alert.radius_km * 1000]
    return [offer for _far, offer in sorted(near, key=itemgetter(0))]


def _may_answer(shop: Shop, alert: Alert) -> bool:
    """Return whether a shop is one of those at whose portal an alert was asked for."""
    if alert.shop_id is not None:
        return shop.pk == alert.shop_id
    members = (each.network_id for each in shop.memberships.all())
    return alert.network_id is None or alert.network_id in members
