"""The histories that the audit reads beside its own entries, each as one statement.

Every statement yields the columns of `COLUMNS`. Nothing of a reader is among them: of a reservation
its code, its shop and what happened. `{shops}` and `{entries}` are filled with what its reader may
see; no value is ever written into a statement.
"""

from collections.abc import Mapping

COLUMNS = (
    *("at", "source", "id", "deed", "subject", "subject_id", "shop_id", "network_id"),
    *("actor_kind", "actor_id", "reason", "looked", "facts", "about"),
)

SOURCES: Mapping[str, str] = {
    "audit": """
SELECT a.at, 'audit' AS source, a.id, a.deed::text, a.subject::text, a.subject_id, a.shop_id,
       a.network_id, a.actor_kind::text, a.actor_id, a.reason::text, a.looked, a.facts,
       concat_ws(' ', a.reason, a.facts->>'code', a.facts->>'label', a.facts->>'address',
                 a.facts->>'host',
                 CASE WHEN jsonb_typeof(a.facts->'order') = 'number' THEN (
                     SELECT b.code FROM orders_order b WHERE b.id = (a.facts->>'order')::bigint)
                 END) AS about
FROM accounts_auditentry a WHERE {entries}""",
    "count": """
SELECT c.closed_at AS at, 'count' AS source, c.id, 'count_' || c.status AS deed,
       'stock.stockcount' AS subject, c.id AS subject_id, c.shop_id, NULL::bigint AS network_id,
       c.closed_kind::text AS actor_kind, c.closed_id AS actor_id, '' AS reason, FALSE AS looked,
       '{{}}'::jsonb AS facts, c.name::text AS about
FROM stock_countsession c WHERE c.closed_at IS NOT NULL AND {shops}""",
    "counting": """
SELECT c.started_at AS at, 'counting' AS source, c.id, 'count_started' AS deed,
       'stock.stockcount' AS subject, c.id AS subject_id, c.shop_id, NULL::bigint AS network_id,
       c.actor_kind::text, c.actor_id, '' AS reason, FALSE AS looked,
       '{{}}'::jsonb AS facts, c.name::text AS about
FROM stock_countsession c WHERE {shops}""",
    "order": """
SELECT e.happened_at AS at, 'order' AS source, e.id, 'order_' || e.kind AS deed,
       'orders.order' AS subject, o.id AS subject_id, o.shop_id, NULL::bigint AS network_id,
       e.actor_kind::text, e.actor_id, '' AS reason, FALSE AS looked,
       '{{}}'::jsonb AS facts, o.code::text AS about
FROM orders_orderevent e JOIN orders_order o ON o.id = e.order_id WHERE {shops}""",
    "page": """
SELECT c.happened_at AS at, 'page' AS source, c.id,
       CASE WHEN c.undoes_id IS NULL THEN 'page_changed' ELSE 'page_undone' END AS deed,
       'shops.shop' AS subject, c.shop_id AS subject_id, c.shop_id, NULL::bigint AS network_id,
       c.actor_kind::text, c.actor_id, '' AS reason, FALSE AS looked,
       jsonb_build_object('fields', (SELECT coalesce(jsonb_agg(f.field ORDER BY f.id), '[]')
                                     FROM shops_fieldchange f WHERE f.act_id = c.id)) AS facts,
       '' AS about
FROM shops_shopact c WHERE {shops}""",
    "purchase": """
SELECT c.happened_at AS at, 'purchase' AS source, c.id, 'purchase_' || c.kind AS deed,
       'purchases.purchase' AS subject, p.id AS subject_id, p.shop_id, NULL::bigint AS network_id,
       c.actor_kind::text, c.actor_id, '' AS reason, FALSE AS looked,
       '{{}}'::jsonb AS facts, p.number::text AS about
FROM purchases_purchasestep c JOIN purchases_purchase p ON p.id = c.purchase_id WHERE {shops}""",
    "parcel": """
SELECT e.happened_at AS at, 'parcel' AS source, e.id, 'parcel_' || e.kind AS deed,
       'post.parcel' AS subject, p.id AS subject_id, c.shop_id, NULL::bigint AS network_id,
       e.actor_kind::text, e.actor_id, '' AS reason, FALSE AS looked,
       '{{}}'::jsonb AS facts, c.code::text AS about
FROM post_parcelstep e JOIN post_parcel p ON p.id = e.parcel_id
JOIN orders_order c ON c.id = p.order_id WHERE {shops}""",
    "report": """
SELECT r.decided_at AS at, 'report' AS source, r.id, 'report_' || r.status AS deed,
       'stock.report' AS subject, r.id AS subject_id, c.shop_id, NULL::bigint AS network_id,
       r.decided_kind::text AS actor_kind, r.decided_id AS actor_id, '' AS reason,
       FALSE AS looked, '{{}}'::jsonb AS facts, r.file_name::text AS about
FROM stock_feedrun r JOIN stock_feed c ON c.id = r.feed_id
WHERE r.decided_at IS NOT NULL AND {shops}""",
    "till": """
SELECT c.arranged_at AS at, 'till' AS source, c.id, 'till_arranged' AS deed,
       'stock.feed' AS subject, c.id AS subject_id, c.shop_id, NULL::bigint AS network_id,
       c.actor_kind::text, c.actor_id, '' AS reason, FALSE AS looked, '{{}}'::jsonb AS facts,
       c.format::text AS about
FROM stock_feed c WHERE c.arranged_at IS NOT NULL AND c.actor_kind <> '' AND {shops}""",
    "transfer": """
SELECT c.happened_at AS at, 'transfer' AS source, c.id, 'transfer_' || c.status AS deed,
       'exchanges.transfer' AS subject, c.transfer_id AS subject_id, c.shop_id,
       NULL::bigint AS network_id, c.actor_kind::text, c.actor_id, '' AS reason, FALSE AS looked,
       '{{}}'::jsonb AS facts, concat_ws(' → ', c.giving_shop, c.asking_shop) AS about
FROM (SELECT s.*, t.giving_shop, t.asking_shop,
             CASE WHEN s.status IN ('accepted', 'sent', 'refused') THEN t.giver_id
                  ELSE t.asker_id END AS shop_id
      FROM exchanges_transferstep s JOIN exchanges_transfer t ON t.id = s.transfer_id) c
WHERE {shops}""",
    "window": """
SELECT c.happened_at AS at, 'window' AS source, c.id, 'window_' || c.deed AS deed,
       'events.windowchange' AS subject, c.id AS subject_id, c.shop_id,
       NULL::bigint AS network_id, c.actor_kind::text, c.actor_id, '' AS reason, FALSE AS looked,
       '{{}}'::jsonb AS facts, '' AS about
FROM events_windowchange c WHERE {shops}""",
    "withdrawal": """
SELECT w.confirmed_at AS at, 'withdrawal' AS source, w.id, 'withdrawal_declared' AS deed,
       'orders.order' AS subject, c.id AS subject_id, c.shop_id, NULL::bigint AS network_id,
       'reader' AS actor_kind, NULL::bigint AS actor_id, '' AS reason, FALSE AS looked,
       '{{}}'::jsonb AS facts, c.code::text AS about
FROM withdrawals_withdrawal w JOIN orders_order c ON c.id = w.order_id WHERE {shops}""",
}

# Newest first; of one moment by source and key, so that a page ends at one place.
_ONE = (
    "(SELECT {columns} FROM ({source}) s WHERE s.at >= %(first)s AND s.at < %(end)s{filters}"
    " ORDER BY s.at DESC, s.source DESC, s.id DESC LIMIT %(most)s)"
)
_BEFORE = " AND s.at <= %(at)s AND (s.at, s.source, s.id) < (%(at)s, %(source)s, %(id)s)"
_FILTERS = {
    "deeds": " AND s.deed = ANY(%(deeds)s)",
    "people": " AND s.actor_kind = 'user' AND s.actor_id = ANY(%(people)s)",
    "text": " AND s.about ILIKE %(text)s",
    "looked": " AND s.looked",
    "id": _BEFORE,
}


def statement(scope: str, asked: Mapping[str, object]) -> str:
    """Return the statement of one page: all sources, with the filters that `asked` has a value for.

    `scope` is `all`, `network` or `shop`: what the entries of the audit are narrowed to. An entry
    of another network is not read with a shop's in a network's audit.
    """
    alias = {"order": "o", "purchase": "p"}
    filters = "".join(text for name, text in _FILTERS.items() if asked.get(name))
    entries = "(a.network_id = %(network)s OR a.network_id IS NULL AND a.shop_id = ANY(%(shops)s))"
    if asked.get("one_shop") or scope == "shop":
        entries = "a.shop_id = ANY(%(shops)s)"
        if scope == "network":
            entries += " AND (a.network_id IS NULL OR a.network_id = %(network)s)"
    of_all = scope == "all" and not asked.get("one_shop")
    parts = []
    for name, source in SOURCES.items():
        shops = f"{alias.get(name, 'c')}.shop_id = ANY(%(shops)s)"
        filled = source.format(
            shops="TRUE" if of_all else shops, entries="TRUE" if of_all else entries
        )
        parts.append(_ONE.format(columns=", ".join(COLUMNS), source=filled, filters=filters))
    union = " UNION ALL ".join(parts)
    return f"{union} ORDER BY at DESC, source DESC, id DESC LIMIT %(most)s"
