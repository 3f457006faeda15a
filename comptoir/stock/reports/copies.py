"""One-off copies in a report: the product of each, and its details besides its number.

`stock.reports.reconcile` works out how many there are, as for any other line.
"""

from datetime import datetime

from comptoir.catalogue.models import TILL_SOURCE, number_key
from comptoir.catalogue.operations import Release, stub_products, stub_releases
from comptoir.catalogue.sources.discogs import SOURCE_NAME
from comptoir.core.db import execute, fetch
from comptoir.stock.formats.lines import ReportMode
from comptoir.stock.reports.models import Report, ReportStatus
from comptoir.stock.reports.reconcile import Reckoning
from comptoir.stock.shelf.sql import is_own, own_product

# A shorter catalogue number ("1", "LP") or "none" says too little to name a record by it.
SHORTEST_NUMBER = 3

_PREPARE = """
UPDATE report_line SET copy_ref = %(prefix)s || copy_ref, ean = nullif(ean, ''),
    catno = CASE WHEN length(@catno) < %(shortest)s OR @catno = 'NONE' THEN '' ELSE @catno END
""".replace("@catno", number_key("catno"))
# Of one copy the last line counts.
_ONCE = """
DELETE FROM report_line t USING report_line later
WHERE later.copy_ref = t.copy_ref AND later.line > t.line
"""
_BY_RELEASE = """
UPDATE report_line t SET product_id = p.id FROM catalogue_product p
WHERE t.product_id IS NULL AND t.release <> ''
  AND p.source = %(source)s AND p.source_ref = t.release AND p.source_ref <> ''
"""
# A number that two records share names neither; nor does one whose title is another. A record that
# is known under another release is another pressing.
_BY_NUMBER = f"""
UPDATE report_line t SET product_id = found.id
FROM (
    SELECT number, min(id) AS id, min(title) AS title FROM (
        SELECT id, {number_key("title")} AS title, {number_key("catalogue_number")} AS number
        FROM catalogue_product
        WHERE catalogue_number <> '' AND kind = 'record' AND state <> 'withdrawn'
          AND source NOT IN (%(source)s, '{TILL_SOURCE}')
          AND {number_key("catalogue_number")} = ANY(ARRAY(
              SELECT catno FROM report_line WHERE product_id IS NULL AND catno <> ''))
    ) numbered GROUP BY number HAVING count(*) = 1
) found
WHERE t.product_id IS NULL AND t.catno = found.number
  AND (starts_with({number_key("t.title")}, found.title)
       OR starts_with(found.title, {number_key("t.title")}))
"""  # noqa: S608
_BY_EAN = f"""
UPDATE report_line t SET product_id = p.id FROM catalogue_product p
WHERE t.product_id IS NULL AND p.ean = t.ean AND NOT {is_own("t.ean")}
"""  # noqa: S608
_BY_OWN_NUMBER = f"""
UPDATE report_line t SET product_id = p.id FROM catalogue_product p
WHERE t.product_id IS NULL AND {own_product("p", "t.ean", "%(shop)s")}
"""  # noqa: S608
_EANS = """
UPDATE report_line t SET ean = p.ean FROM catalogue_product p
WHERE p.id = t.product_id AND t.ean IS DISTINCT FROM p.ean
"""
# The copies that this report has just written, by the feed and the moment that it left on them: of
# the others something newer is known.
_WRITTEN = """
SELECT o.id, o.product_id AS old_product, t.* FROM report_line t
JOIN stock_offer o ON o.shop_id = %(shop)s AND o.copy_ref = t.copy_ref
WHERE o.told_by_id = %(feed)s AND o.as_of = %(as_of)s
"""
_REGRADE = f"""
WITH written AS ({_WRITTEN}), changed AS (
    UPDATE stock_offer o SET product_id = w.product_id, ean = w.ean, condition = w.condition
    FROM written w WHERE w.id = o.id
      AND (o.product_id, o.condition) IS DISTINCT FROM (w.product_id, w.condition)
    RETURNING o.id, w.old_product, w.product_id
)
INSERT INTO core_outbox (topic, key)
SELECT 'product', old_product FROM changed UNION SELECT 'product', product_id FROM changed
UNION SELECT 'offer', id FROM changed
"""  # noqa: S608
_DESCRIBE = f"""
WITH written AS ({_WRITTEN}), described AS (
    INSERT INTO stock_usedcopy AS u (offer_id, sleeve, note)
    SELECT id, sleeve, note FROM written
    ON CONFLICT (offer_id) DO UPDATE SET sleeve = excluded.sleeve, note = excluded.note
    WHERE (u.sleeve, u.note) IS DISTINCT FROM (excluded.sleeve, excluded.note)
    RETURNING offer_id
)
INSERT INTO core_outbox (topic, key) SELECT 'offer', offer_id FROM described
"""  # noqa: S608


def clock_of_feed(feed_id: int) -> datetime | None:
    """Return the moment of the newest snapshot of copies applied from a feed."""
    return (
        Report.objects.filter(
            feed=feed_id, status=ReportStatus.APPLIED, mode=ReportMode.SNAPSHOT, covers="copies"
        )
        .order_by("-as_of")
        .values_list("as_of", flat=True)
        .first()
    )


def find_products(prefix: str, shop_id: int) -> int:
    """Give each line its product: by Discogs release, then catalogue number, then EAN (or the
    shop's own number).

    What the catalogue lacks becomes a stub with the line's artist and title. References get the
    feed's prefix. Returns how many stubs were made.
    """
    execute(_PREPARE, {"prefix": prefix, "shortest": SHORTEST_NUMBER})
    execute(_ONCE)
    source = {"source": SOURCE_NAME}
    execute(_BY_RELEASE, source)
    execute(_BY_NUMBER, source)
    execute(_BY_EAN)
    execute(_BY_OWN_NUMBER, {"shop": shop_id})
    made = _stub_releases() + _stub_numbers(shop_id)
    execute(_EANS)
    return made


def describe(reckoning: Reckoning) -> None:
    """Write the details of the copies besides their number: title, grades and note.

    The caller holds the locks of the report. Announces: the copies that changed, and both products
    of one whose title changed.
    """
    execute(_REGRADE, reckoning.params())
    execute(_DESCRIBE, reckoning.params())


def _stub_releases() -> int:
    rows = fetch(
        "SELECT DISTINCT ON (release) release, title, artist FROM report_line"
        " WHERE product_id IS NULL AND release <> '' ORDER BY release, line"
    )
    if not rows:
        return 0
    stub_releases([Release(*row) for row in rows])
    return execute(_BY_RELEASE, {"source": SOURCE_NAME}) and len(rows)


def _stub_numbers(shop_id: int) -> int:
    rows = fetch("SELECT DISTINCT ean FROM report_line WHERE product_id IS NULL")
    if rows:
        stub_products([ean for (ean,) in rows], shop_id)
        execute(_BY_EAN)
        execute(_BY_OWN_NUMBER, {"shop": shop_id})
    return len(rows)
