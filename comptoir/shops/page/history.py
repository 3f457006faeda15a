"""The history of a shop as it is read: the newest act first."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from comptoir.accounts.actors import Actor
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.shops.page.models import FieldChange, ShopAct
from comptoir.shops.page.state import has_now
from comptoir.shops.page.words import Line, lines_of

PAGE = 30


@dataclass(frozen=True, slots=True)
class ActRead:
    """An act with its lines, in words."""

    act: ShopAct
    lines: Sequence[Line]

    @property
    def can_undo(self) -> bool:
        """Whether something of it still stands, and may be put back."""
        return any(each.stands and not (each.undone or each.fixed) for each in self.lines)

    @property
    def undone(self) -> bool:
        """Whether all of it was put back."""
        return all(each.undone for each in self.lines)


def since_in(shop: Shop, fields: Sequence[str], since: int) -> list[ShopAct]:
    """Return the acts after one by which fields of a shop were changed, the newest first, each with
    its changes of these fields alone."""
    changes = FieldChange.objects.filter(field__in=fields)
    acts = shop.acts.filter(pk__gt=since, changes__field__in=fields).distinct().order_by("-pk")
    return list(acts.prefetch_related(Prefetch("changes", changes)))


def history_of(
    shop: Shop, *, actor: Actor, before: int | None = None, picks: Sequence[int] = ()
) -> list[ActRead]:
    """Return `PAGE` acts on a shop, the newest first, those before an act where one is named; and
    whether each still stands, for which `picks` is their order now.

    Guard: `READ_HISTORY`. Raises `NotFound`, `Forbidden`.
    """
    shop = in_scope(shop, actor, Verb.READ_HISTORY)
    changes = Prefetch("changes", FieldChange.objects.order_by("pk"))
    acts = shop.acts.prefetch_related(changes).order_by("-pk")
    if before:
        acts = acts.filter(pk__lt=before)
    found = list(acts[:PAGE])
    fields = {each.field for act in found for each in act.changes.all()}
    has = has_now(shop, fields, picks)
    return [ActRead(act, lines_of(act.changes.all(), has, shop)) for act in found]
