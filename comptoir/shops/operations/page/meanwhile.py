"""Two people change one shop at once: neither undoes what the other did without knowing it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict
from comptoir.shops.models import Shop
from comptoir.shops.page.models import FieldChange
from comptoir.shops.page.state import LISTS, state_of

State = dict[str, Any]


def last_act(shop: Shop) -> int:
    """Return the key of the last act on a shop, 0 before there is one: what a form keeps of the
    moment at which it was opened."""
    return shop.acts.aggregate(last=Max("pk"))["last"] or 0


def unless_changed(shop: Shop, wanted: Mapping[str, Any], since: int | None) -> State:
    """Return what is wanted of a locked shop, by the fields of its history, without what the sender
    left as it stood when they opened the form, after the act `since` (None: all is meant).

    Raises `Conflict` (`changed_meanwhile`; the fields in `data["fields"]`, and in `data["since"]`
    what to send so as to insist) where sender and others have both changed a field, to different
    values.
    """
    if since is None:
        return dict(wanted)
    changes = FieldChange.objects.filter(act__shop=shop, act_id__gt=since, field__in=wanted)
    stood: State = {}
    for change in changes.order_by("act_id"):
        stood.setdefault(change.field, change.before)
    has = state_of(shop, [name for name in stood if name in LISTS])
    meant = {
        name: value for name, value in wanted.items() if name not in stood or value != stood[name]
    }
    clash = [name for name, value in meant.items() if name in stood and value != has[name]]
    if clash:
        told = _("Somebody changed this while you were writing. Nothing is saved yet: compare.")
        raise Conflict("changed_meanwhile", told, fields=clash, since=last_act(shop))
    return meant
