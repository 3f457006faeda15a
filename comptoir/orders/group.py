"""The act that joins several orders: a reader reserves in several shops at once."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.core.db import enum_check
from comptoir.core.errors import Message


class GroupMode(models.TextChoices):
    """What is refused where a shop's part cannot be placed: that part, or all of it."""

    EACH = "each", _("each shop by itself")
    ALL = "all", _("all or nothing")


_WHY: dict[str, Message] = {
    "copies_gone": _("a copy has gone meanwhile"),
    "not_ordered_here": _("this shop does not order this title"),
    "no_such_offer": _("this shop does not have this title any more"),
    "doors_closed": _("this shop takes no reservations now"),
    "slot_needed": _("no time at the door was chosen"),
    "slot_full": _("the last place at that time has just gone"),
    "no_such_slot": _("this shop does not hand over at that time"),
    "quote_refused": _("something of it cannot be posted"),
    "total_changed": _("its price has changed meanwhile"),
    "no_such_shop": _("this shop takes no reservations now"),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A shop's part that was not placed: which titles it named, and by which `code` it was
    refused."""

    shop_id: int
    code: str
    product_ids: list[int]

    @property
    def words(self) -> str:
        """Why, as the end of a sentence."""
        return str(_WHY.get(self.code, _("this shop could not take it")))


class OrderGroup(models.Model):
    """Orders that one person placed in one act, one a shop.

    `token` is the secret of the page that shows them all. The link of the one mail confirms all
    that wait; the limits count the group as one order. Of mode `all`, everything was placed in one
    transaction, or nothing; of mode `each`, `refused` says which shops' parts were not (as
    `Refused`: keys and a code). What a shop later does, it does to its own order.
    `request_digest` belongs to `idempotency_key`: the same key with another body is refused.

    Personal data: none of its own; `token` and `request_digest` lead to its orders' person. It is
    deleted once its orders are erased.
    """

    token = models.CharField(max_length=32)
    mode = models.CharField(max_length=4, choices=GroupMode)
    placed_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=120, null=True, blank=True)
    request_digest = models.CharField(max_length=64, blank=True)
    refused = models.JSONField(default=list)

    class Meta:
        constraints = [
            enum_check("mode", GroupMode, "orders_group_mode"),
            models.CheckConstraint(
                condition=models.Q(mode=GroupMode.EACH) | models.Q(refused=[]),
                name="orders_group_whole",
            ),
            models.UniqueConstraint(fields=["token"], name="orders_group_token"),
            models.UniqueConstraint(fields=["idempotency_key"], name="orders_group_key"),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.placed_at:%Y-%m-%d %H:%M}"

    @property
    def refusals(self) -> list[Refused]:
        """The parts that were not placed."""
        return [Refused(**each) for each in self.refused]
