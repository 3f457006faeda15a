"""Doors closed and opened, and the orders that this concerns gone through by a job.

The switch is one row, which every process reads within a second (`shops.memory`): what the public
sees, and what may be reserved, is right then. Deadlines of orders that are placed already follow.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from procrastinate.contrib.django import app

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.networks.models import Network
from comptoir.orders.doors.models import DoorsRun
from comptoir.orders.models import Order
from comptoir.orders.operations.doors.deadlines import settle
from comptoir.orders.operations.due import each
from comptoir.shops import memory
from comptoir.shops.doors.models import Doors
from comptoir.shops.models import Membership, Shop
from comptoir.shops.operations.doors import DoorsRequest, shut_doors, unbar_doors

FOLLOW = "comptoir.orders.tasks.follow_doors"


@transaction.atomic
def close_doors(*, of: Shop | Network, request: DoorsRequest, actor: Actor, now: datetime) -> Doors:
    """Close the doors of a shop, or of all shops of a network, to the public, now or later.

    The deadlines of open orders are moved by a job, whose progress is in `DoorsRun`, and each
    reader of one that moves gets a mail.

    Guard, locks, raises: as `shut_doors`. Writes: the row, a line of the audit, the job.
    """
    doors = shut_doors(of=of, request=request, actor=actor, now=now)
    _queue(doors)
    return doors


@transaction.atomic
def open_doors(*, doors: Doors, actor: Actor, now: datetime) -> Doors:
    """End one closing, by one act; others of the same shop go on, and nothing else has changed.

    The deadlines that hung on it go back to the usual rule, never below what was promised.

    Guard, locks, raises: as `unbar_doors`. Writes: the row, a line of the audit, the job.
    """
    is_new = doors.ended_at is None
    doors = unbar_doors(doors=doors, actor=actor, now=now)
    if is_new:
        _queue(doors)
    return doors


def _queue(doors: Doors) -> None:
    """Queue the job with this transaction; those of one closing take turns."""
    run = DoorsRun.objects.create(doors=doors)
    app.configure_task(FOLLOW, lock=f"doors.{doors.pk}").defer(run_id=run.pk)


def follow_doors(run_id: int, *, now: datetime) -> int:
    """Go through the open orders of the shops whose doors were closed or opened; return how many
    changed. Broken off, it is begun again and changes no order twice.

    Guard: none; whoever switched had it, and acts. Locks, a batch a transaction: the orders, or
    skips them: what is skipped follows as it expires. Writes: them, their history, mails, the run.
    Announces: the lines of history. Raises `ExceptionGroup` (`due.each`).
    """
    run = DoorsRun.objects.select_related("doors").filter(pk=run_id, finished_at=None).first()
    if run is None:
        return 0
    doors = run.doors
    actor = Actor(ActorKind(doors.actor_kind), doors.actor_id)
    members = Membership.objects.filter(network=doors.network_id).values("shop_id")
    shops = Q(shop=doors.shop_id) if doors.shop_id else Q(shop__in=members)
    due = shops & Q(ended_at=None, deadline__isnull=False)
    DoorsRun.objects.filter(pk=run_id).update(total=Order.objects.filter(due).count(), done=0)
    memory.look_again()  # This process may have read the directory a moment before.

    def follow(orders: Sequence[Order], now: datetime) -> int:
        DoorsRun.objects.filter(pk=run_id).update(done=F("done") + len(orders))
        return settle(orders, actor=actor, at=now)

    changed = each(due, follow, now)
    DoorsRun.objects.filter(pk=run_id).update(finished_at=now)
    return changed
