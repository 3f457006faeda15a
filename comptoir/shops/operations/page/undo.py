"""What an act on a shop changed is put back, as far as it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Conflict, NotFound
from comptoir.shops.models import Shop, Speciality
from comptoir.shops.operations.origins import note_written
from comptoir.shops.operations.page.links import put_links
from comptoir.shops.operations.page.photos import put_photos
from comptoir.shops.operations.scope import Verb
from comptoir.shops.operations.settings import put_services
from comptoir.shops.page.lists import stands, without
from comptoir.shops.page.models import FieldChange, ShopAct
from comptoir.shops.page.state import (
    COLUMNS,
    FIXED,
    PICKS,
    column_value,
    has_now,
    unit_of,
)

VERBS: Mapping[str, Verb] = {"closures": Verb.CLOSE_SHOP, PICKS: Verb.FILL_WINDOW}
"""By which verb a field is put back, where it is not `CHANGE_SHOP`."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of an act is put back, and what of it was changed again since, or is not put back so."""

    act: ShopAct
    back: Sequence[FieldChange]
    left: Sequence[FieldChange]
    has: Mapping[str, Any]

    @property
    def fields(self) -> set[str]:
        """The fields that are put back."""
        return {each.field for each in self.back}

    @property
    def wanted(self) -> dict[str, Any]:
        """What is to stand there, by field."""
        return {
            each.field: without(each.field, each.before, each.after, self.has[each.field])
            for each in self.back
        }

    @property
    def verbs(self) -> set[Verb]:
        """What one must be allowed to do for that."""
        return {VERBS.get(each.field, Verb.CHANGE_SHOP) for each in self.back}


def choose(
    shop: Shop, act_id: int, *, unit: str, since: int | None, picks: Sequence[int]
) -> Chosen:
    """Return what of an act on a locked shop is put back.

    Without a `unit` (`page.state.unit_of`) all of it that still stands. Of a unit alone, also what
    was changed again, unless that was after the act `since`, which the sender has seen. Raises
    `NotFound` (`no_such_act`), `Conflict` (`already_undone`, `changed_since`, `not_undone`).
    """
    act = shop.acts.filter(pk=act_id).first()
    changes = list(act.changes.order_by("pk")) if act else []
    if unit:
        changes = [each for each in changes if unit_of(each.field) == unit]
    if act is None or not changes:
        raise NotFound("no_such_act", _("The history of this shop has no such change."))
    open_ = [each for each in changes if each.undone_id is None and each.field not in FIXED]
    if not open_:
        if all(each.undone_id for each in changes):
            raise Conflict("already_undone", _("This is undone already."))
        raise Conflict("not_undone", _("This is not undone here: ask who runs the network."))
    has = has_now(shop, {each.field for each in open_}, picks)
    moved = {unit_of(each.field) for each in open_ if not _stands(each, has)}
    back = [each for each in open_ if unit_of(each.field) not in moved]
    if unit and moved:
        later = FieldChange.objects.filter(
            act__shop=shop, act_id__gt=since or 0, field__in=[each.field for each in open_]
        )
        if since is None or later.exists():
            raise Conflict("changed_since", _("This was changed again since: look at it first."))
        back = open_
    if not back:
        raise Conflict("changed_since", _("All of this was changed again since."))
    return Chosen(act, back, [each for each in changes if each not in back], has)


def _stands(change: FieldChange, has: Mapping[str, Any]) -> bool:
    return stands(change.field, change.before, change.after, has[change.field])


def put_back(shop: Shop, chosen: Chosen, *, actor: Actor, at: datetime) -> None:
    """Put back what stood before an act, in a locked shop, and note who did. Closures and picks are
    others' to put back.

    A step inside the transaction of a verb that keeps the history. Writes: the shop, its lists, who
    wrote its fields. Raises `Conflict` (`photo_erased`).
    """
    wanted = chosen.wanted
    columns = [name for name in wanted if name in COLUMNS]
    for name in columns:
        setattr(shop, name, column_value(name, wanted[name]))
    if columns:
        shop.save()
    if "services" in wanted:
        put_services(shop, wanted["services"])
    if "specialities" in wanted:
        shop.specialities.all().delete()
        kinds = wanted["specialities"]
        Speciality.objects.bulk_create(Speciality(shop=shop, kind=kind) for kind in kinds)
    if "links" in wanted:
        put_links(shop, wanted["links"])
    if "photos" in wanted:
        put_photos(shop, wanted["photos"], at)
    noted = {*columns} | wanted.keys() & {"services", "specialities"}
    if "services" in noted:
        noted |= {"service_details"}
    note_written(shop, noted - {"placed_in_town"}, actor=actor, at=at)


def mark_undone(chosen: Chosen) -> None:
    """Note of changes which act put back what stood before them; where that undoes an undoing, the
    change that was undone stands again. A step."""
    by = ShopAct.objects.filter(undoes=chosen.act).order_by("-pk").first()
    FieldChange.objects.filter(pk__in=[each.pk for each in chosen.back]).update(undone=by)
    again = FieldChange.objects.filter(undone=chosen.act, field__in=chosen.fields)
    again.update(undone=None)
