"""A shop's export at its counter: asked for by an owner, made by a job, fetched, then erased."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import IO

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.archives.chest import Packed
from comptoir.archives.models import Bundle, BundlePiece, BundleState
from comptoir.archives.operations.exports import export_shop
from comptoir.core.db import connect
from comptoir.core.errors import Conflict, DomainError
from comptoir.core.streams import pieces_of
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

KEPT = timedelta(days=1)
JOB = "comptoir.archives.tasks.make_bundle"
_NOTE = (
    "UPDATE archives_bundle SET state = 'working', done = %s, total = %s"
    " WHERE id = %s AND state IN ('waiting', 'working')"
)


class _Stopped(Exception):
    """Somebody stopped the export, or began it again, while it was made."""


class Gone(Exception):
    """The export was stopped, erased or made anew while it was fetched."""


@transaction.atomic
def ask(*, shop: Shop, actor: Actor) -> Bundle:
    """Have a job make a shop's export; one that was asked for before is stopped and forgotten.

    Guard: `EXPORT_SHOP`. Locks: the shop: it has one at a time. Writes: the bundle, the job.
    Deletes: the one before. Raises `NotFound`, `Forbidden`.
    """
    shop = in_scope(shop, actor, Verb.EXPORT_SHOP, lock=True)
    Bundle.objects.filter(shop=shop).delete()
    bundle = Bundle.objects.create(shop=shop, **acted_by(actor))
    task = app.configure_task(JOB, queue="trial")
    task.defer(bundle_id=bundle.pk)
    return bundle


@transaction.atomic
def stop(*, shop: Shop, actor: Actor) -> None:
    """Stop and forget a shop's export, ready or not; without one nothing is done.

    Guard: `EXPORT_SHOP`. Locks: the shop. Deletes: the bundle. Raises `NotFound`, `Forbidden`.
    """
    shop = in_scope(shop, actor, Verb.EXPORT_SHOP, lock=True)
    Bundle.objects.filter(shop=shop).delete()


@transaction.atomic
def fetch(*, shop: Shop, actor: Actor) -> tuple[Bundle, Iterator[bytes]]:
    """Return a shop's export that is ready, and its bytes piece by piece.

    Guard: `EXPORT_SHOP`. Locks nothing. Writes: an entry of the audit (`looked`). Raises
    `NotFound`, `Forbidden`, `Conflict` (`no_such_bundle`); while it is read, `Gone` where it was
    forgotten meanwhile: the line is cut, for half a file is none.
    """
    shop = in_scope(shop, actor, Verb.EXPORT_SHOP)
    bundle = Bundle.objects.filter(shop=shop, state=BundleState.READY).first()
    if bundle is None:
        raise Conflict("no_such_bundle", _("There is no export that is ready: ask for one."))
    note(actor, "export_fetched", subject=bundle, shop_id=shop.pk, looked=True)
    return bundle, _pieces(bundle)


def make(bundle_id: int) -> None:
    """Make an export that was asked for; one that was stopped leaves nothing, and the job that runs
    again after a kill makes it anew.

    The ZIP is first a file without a name on this node's disk. Progress is told on a connection of
    its own: the export sees one moment, and writes nothing. Guard: none; `ask` had it, and its
    actor exports. Writes: the bundle, its pieces, what `export_shop` writes.
    """
    waiting = Bundle.objects.filter(pk=bundle_id, state__in=("waiting", "working"))
    bundle = waiting.select_related("shop").first()
    if bundle is None:
        return
    actor = Actor(ActorKind(bundle.actor_kind), bundle.actor_id)
    try:
        with TemporaryFile() as file:
            _write(bundle, actor, file)
            file.seek(0)
            _keep(bundle, file)
    except _Stopped:
        return
    except Exception as error:
        waiting.update(state=BundleState.FAILED)
        if not isinstance(error, DomainError):
            raise


def erase_old(*, now: datetime) -> int:
    """Delete the exports that were asked for a day ago or longer; return how many.

    Locks and deletes: bundles, their pieces. Source: RGPD, article 5(1)(e).
    """
    old = Bundle.objects.filter(asked_at__lt=now - KEPT)
    count = old.count()
    old.delete()
    return count


def give_up() -> int:
    """Say of the exports whose jobs are no more (each try ended with its worker) that they could
    not be made; return how many. Locks and writes: these bundles."""
    jobs = ProcrastinateJob.objects.filter(task_name=JOB, status__in=("todo", "doing"))
    asked = [key for key in jobs.values_list("args__bundle_id", flat=True) if key is not None]
    under_way = Bundle.objects.filter(state__in=(BundleState.WAITING, BundleState.WORKING))
    return under_way.exclude(pk__in=asked).update(state=BundleState.FAILED)


def _write(bundle: Bundle, actor: Actor, file: IO[bytes]) -> None:
    with connect() as aside:

        def tell(done: int, total: int) -> None:
            if not aside.execute(_NOTE, [done, total, bundle.pk]).rowcount:
                raise _Stopped

        tell(0, 0)
        packed = Packed(file)
        try:
            export_shop(shop=bundle.shop, chest=packed, actor=actor, progress=tell)
        finally:
            packed.close()


@transaction.atomic
def _keep(bundle: Bundle, file: IO[bytes]) -> None:
    """Keep the file in pieces, unless it was stopped meanwhile."""
    mine = Bundle.objects.select_for_update().filter(pk=bundle.pk).first()
    if mine is None:
        raise _Stopped
    mine.pieces.all().delete()
    for number, piece in enumerate(pieces_of(file)):
        mine.size += len(piece)
        BundlePiece.objects.create(bundle=mine, number=number, content=piece)
    mine.state = BundleState.READY
    mine.save(update_fields=["state", "size"])


def _pieces(bundle: Bundle) -> Iterator[bytes]:
    number, left = 0, bundle.size
    while left > 0:
        piece = BundlePiece.objects.filter(bundle=bundle.pk, number=number).first()
        if piece is None:
            raise Gone
        content = bytes(piece.content)
        yield content
        number, left = number + 1, left - len(content)
