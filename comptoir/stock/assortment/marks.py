"""What lists of a shop's stock are filtered and put in order by, kept beside each offer.

Of a shop of 60,000 titles to ask the catalogue for each title's section or place in the alphabet,
or the ledger for its last movement, takes a second; beside the figures they are read with them. A
follower of the outbox keeps them, a minute late at most, so that no verb of the shelf, the hot
paths, writes more for it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from comptoir.catalogue.models import order_key
from comptoir.core import outbox
from comptoir.core.db import execute, fetch
from comptoir.core.locks import Space, try_lock
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import Position
from comptoir.stock.assortment.models import AssortmentMark
from comptoir.stock.shelf.window import SECTION

BATCH = 5_000
STEP = 20_000
_AWAY = timedelta(seconds=outbox.KEPT_SECONDS - 3600)
"""After so long some entries may have been removed unread: all is looked at again."""
_TOPICS = (OutboxEntry.Topic.PRODUCT, OutboxEntry.Topic.OFFER)

LAST_MOVED = "(SELECT max(m.happened_at) FROM stock_stockmovement m WHERE m.offer_id = o.id)"
"""When an offer `o` moved last, by its ledger, as SQL."""
# Only what differs is locked, by primary key, as all that locks offers does.
_MARK = f"""
WITH known AS (
    SELECT o.id, {SECTION} AS section, coalesce({order_key("p.title")}, '') AS named,
           coalesce({order_key("p.byline")}, '') AS author,
           coalesce({order_key("p.publisher")}, '') AS house, {LAST_MOVED} AS moved
    FROM stock_offer o JOIN catalogue_product p ON p.id = o.product_id WHERE {{which}}
), differs AS (
    SELECT o.id, k.section, k.named, k.author, k.house, k.moved
    FROM known k JOIN stock_offer o ON o.id = k.id
    WHERE (o.section, o.named, o.author, o.house, o.last_moved_at) IS DISTINCT FROM
          (k.section::varchar, k.named::varchar, k.author::varchar, k.house::varchar, k.moved)
    ORDER BY o.id FOR NO KEY UPDATE OF o
)
UPDATE stock_offer o SET section = d.section, named = d.named, author = d.author, house = d.house,
       last_moved_at = d.moved
FROM differs d WHERE o.id = d.id
"""  # noqa: S608
_NAMED = (
    "o.id IN (SELECT unnest(%(offers)s::bigint[]) UNION"
    " SELECT w.id FROM stock_offer w WHERE w.product_id = ANY(%(products)s::bigint[]))"
)
_NEXT = "SELECT max(id) FROM (SELECT id FROM stock_offer WHERE id > %s ORDER BY id LIMIT %s) next"


@transaction.atomic
def keep(*, now: datetime) -> int:
    """Bring the marks of offers up to date with what changed, and with the next offers that were
    there before anybody marked them; return how many entries and offers were looked at.

    While another is at it, this one returns 0. No guard: the system's own. Locks: the turn
    (`ASSORTMENTS`), the offers that are marked otherwise, by primary key. Writes: their marks, the
    position. Announces nothing: only lists show them.
    """
    if not try_lock(Space.ASSORTMENTS):
        return 0
    kept = AssortmentMark.objects.first()
    if kept is None or now - kept.moved_at > _AWAY:
        behind = outbox.head()
        AssortmentMark.objects.all().delete()
        kept = AssortmentMark(xid=behind.xid, entry=behind.id)
    entries, after = outbox.read_after(Position(kept.xid, kept.entry), BATCH, _TOPICS)
    _mark(entries)
    ((last,),) = fetch(_NEXT, [kept.offer, STEP])
    if last is not None:
        execute(_MARK.format(which="o.id > %s AND o.id <= %s"), [kept.offer, last])
        kept.offer = last
    kept.xid, kept.entry, kept.moved_at = after.xid, after.id, now
    kept.save()
    return len(entries) + (STEP if last is not None else 0)


def _mark(entries: Iterable[tuple[str, int]]) -> None:
    named = {
        topic.value: [key for each, key in entries if each == topic.value] for topic in _TOPICS
    }
    offers, products = named[OutboxEntry.Topic.OFFER], named[OutboxEntry.Topic.PRODUCT]
    if offers or products:
        execute(_MARK.format(which=_NAMED), {"offers": offers, "products": products})
