"""What a till numbers by itself becomes an article of its shop alone.

Before, a number that means something inside one shop only (GS1's restricted circulation numbers)
was taken for the EAN of one product of the whole region. Each such product is split by the shops
that have it: their offers, movements and order lines, what they have typed and counted, go to a
product of theirs, without an EAN, of the source `till`. The title goes to the shop that typed it;
to the only one, where there is but one; else to nobody. A release of a supplier that bears such a
number keeps its title and its one-off copies, and loses the number.

It only moves rows: no column changes, so the version before works beside this one. Of an offer the
number stays in `stock_offer.ean`, by which that version, too, matches a till's file. What it may
share again while it still runs, or after a return to it, is split by a nightly job
(`orders.tasks.split_own_numbers`): hence a function of the database. Both end with a later release,
whose constraint refuses such an EAN.
"""

from django.db import migrations

# The demonstration's records had numbers of that sort. They are the same in every shop, so they get
# others: of the prefix that GS1 keeps for demonstrations.
DEMONSTRATION = r"""
CREATE TEMP TABLE renumbered ON COMMIT DROP AS
SELECT id, old, body || ((10 - weight % 10) % 10) AS new
FROM (SELECT id, ean AS old, '952' || substr(ean, 4, 9) AS body FROM catalogue_product
      WHERE demo AND ean LIKE '290%') records
CROSS JOIN LATERAL (
    SELECT sum(substr(body, place, 1)::int * CASE WHEN place % 2 = 0 THEN 3 ELSE 1 END) AS weight
    FROM generate_series(1, 12) AS place
) weighed;
DELETE FROM renumbered r USING catalogue_product p WHERE p.ean = r.new;

UPDATE catalogue_product p SET ean = r.new, updated_at = statement_timestamp()
FROM renumbered r WHERE p.id = r.id;
UPDATE stock_offer o SET ean = r.new FROM renumbered r WHERE o.product_id = r.id AND o.ean = r.old;
UPDATE stock_countedtitle t SET ean = r.new FROM renumbered r WHERE t.ean = r.old;
UPDATE stock_countscan s SET ean = r.new FROM renumbered r WHERE s.ean = r.old;
UPDATE stock_tillitem i SET ean = r.new FROM renumbered r WHERE i.ean = r.old;
UPDATE stock_keptline k SET ean = r.new FROM renumbered r WHERE k.ean = r.old;
INSERT INTO core_outbox (topic, key) SELECT 'product', id FROM renumbered;
DROP TABLE renumbered;
"""

SPLIT = r"""
CREATE FUNCTION orders_split_own_numbers() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
IF NOT EXISTS (SELECT FROM catalogue_product
               WHERE ean ~ '^(?:2[0-9]|0[24])[0-9]{11}$' OR ean ~ '^0{5}[02][0-9]{7}$') THEN
    RETURN 0;
END IF;

CREATE TEMP TABLE shared ON COMMIT DROP AS
SELECT id, CASE WHEN ean LIKE '00000%' THEN substr(ean, 6) ELSE ean END AS number,
       source_ref <> '' AS supplied
FROM catalogue_product WHERE ean ~ '^(?:2[0-9]|0[24])[0-9]{11}$' OR ean ~ '^0{5}[02][0-9]{7}$';

-- In the order of every report: the shops' clocks, then the offers.
PERFORM shop_id FROM stock_shopclock WHERE shop_id IN (
    SELECT shop_id FROM stock_offer WHERE product_id IN (SELECT id FROM shared)
) ORDER BY shop_id FOR UPDATE;
PERFORM id FROM stock_offer WHERE product_id IN (SELECT id FROM shared) ORDER BY id
FOR NO KEY UPDATE;

-- What moves: of a supplier's release only what was found by the number.
CREATE TEMP TABLE moving ON COMMIT DROP AS
SELECT o.id AS offer_id, o.product_id, o.shop_id, o.copy_ref, s.number
FROM stock_offer o JOIN shared s ON s.id = o.product_id
WHERE o.copy_ref = '' OR NOT s.supplied;

CREATE TEMP TABLE parts ON COMMIT DROP AS
SELECT found.*, s.number, false AS titled, NULL::bigint AS own_id
FROM (
    SELECT product_id, shop_id FROM moving
    UNION
    SELECT l.product_id, r.shop_id
    FROM orders_orderline l JOIN orders_order r ON r.id = l.order_id
    WHERE l.offer_id IS NULL
    UNION
    SELECT k.product_id, f.shop_id
    FROM stock_keptline k JOIN stock_feedrun r ON r.id = k.run_id
    JOIN stock_feed f ON f.id = r.feed_id
) found
JOIN shared s ON s.id = found.product_id
WHERE NOT s.supplied OR EXISTS (
    SELECT FROM moving m WHERE m.product_id = found.product_id AND m.shop_id = found.shop_id);

-- A title is typed with the first copy that somebody enters: no feed's mark in its reference.
UPDATE parts t SET titled = true
FROM (
    SELECT p.id, coalesce(
        (SELECT m.shop_id FROM moving m WHERE m.product_id = p.id AND m.copy_ref <> ''
         AND strpos(m.copy_ref, ':') = 0 AND p.notice_at IS NULL ORDER BY m.offer_id LIMIT 1),
        (SELECT min(w.shop_id) FROM parts w WHERE w.product_id = p.id HAVING count(*) = 1)
    ) AS shop_id
    FROM catalogue_product p JOIN shared s ON s.id = p.id AND NOT s.supplied
    WHERE p.title <> ''
) typed
WHERE t.product_id = typed.id AND t.shop_id = typed.shop_id;

INSERT INTO catalogue_product (source, source_ref, kind, state, title, subtitle, byline, series,
    publisher, catalogue_number, format, units, published, language, pages, weight_grams,
    description, cover_url, list_price_cents, vat_rate, availability, notice_order, demo, created_at)
SELECT 'till', t.shop_id || ':' || t.number, p.kind, p.state, p.title, p.subtitle, p.byline,
       p.series, p.publisher, p.catalogue_number, p.format, p.units, p.published, p.language,
       p.pages, p.weight_grams, p.description, p.cover_url, p.list_price_cents, p.vat_rate,
       p.availability, 0, p.demo, p.created_at
FROM parts t JOIN catalogue_product p ON p.id = t.product_id WHERE t.titled
UNION ALL
SELECT 'till', t.shop_id || ':' || t.number, 'other', 'unknown', '', '', '', '', '', '', 'other', 1,
       '', '', NULL, NULL, '', '', NULL, NULL, 'unknown', 0, p.demo, p.created_at
FROM parts t JOIN catalogue_product p ON p.id = t.product_id WHERE NOT t.titled
ON CONFLICT (source, source_ref) WHERE source_ref <> '' DO NOTHING;

UPDATE parts t SET own_id = p.id FROM catalogue_product p
WHERE p.source = 'till' AND p.source_ref <> '' AND p.source_ref = t.shop_id || ':' || t.number;

-- One that was there, untitled, gets the title that was typed since.
UPDATE catalogue_product own
SET kind = p.kind, state = p.state, title = p.title, byline = p.byline,
    updated_at = statement_timestamp()
FROM parts t JOIN catalogue_product p ON p.id = t.product_id
WHERE t.titled AND own.id = t.own_id AND own.title = '';

INSERT INTO catalogue_contributor (product_id, position, role, name)
SELECT t.own_id, c.position, c.role, c.name
FROM catalogue_contributor c JOIN parts t ON t.product_id = c.product_id AND t.titled
ON CONFLICT (product_id, position) DO NOTHING;

-- Where a shop has both by now, the later figure counts, on the offer of its own article.
CREATE TEMP TABLE doubled ON COMMIT DROP AS
SELECT m.offer_id AS gone_id, kept.id AS kept_id, gone.as_of > kept.as_of AS later,
       gone.on_hand - kept.on_hand AS delta
FROM moving m JOIN parts t ON t.product_id = m.product_id AND t.shop_id = m.shop_id
JOIN stock_offer gone ON gone.id = m.offer_id
JOIN stock_offer kept ON kept.shop_id = m.shop_id AND kept.product_id = t.own_id
     AND kept.condition = gone.condition AND kept.copy_ref = gone.copy_ref;
INSERT INTO stock_stockmovement (offer_id, delta, reason, happened_at, actor_kind)
SELECT d.kept_id, d.delta, 'told', gone.as_of, 'system'
FROM doubled d JOIN stock_offer gone ON gone.id = d.gone_id WHERE d.later AND d.delta <> 0
UNION ALL
SELECT d.gone_id, -gone.on_hand, 'told', gone.as_of, 'system'
FROM doubled d JOIN stock_offer gone ON gone.id = d.gone_id WHERE gone.on_hand <> 0;
UPDATE stock_offer kept
SET on_hand = gone.on_hand, counted = gone.counted, unseen = gone.unseen, doubtful = gone.doubtful,
    as_of = gone.as_of, told_by_id = gone.told_by_id,
    price_cents = coalesce(gone.price_cents, kept.price_cents),
    short = greatest(kept.held - gone.on_hand, 0)
FROM doubled d JOIN stock_offer gone ON gone.id = d.gone_id
WHERE kept.id = d.kept_id AND d.later;
UPDATE stock_offer kept
SET held = kept.held + gone.held,
    short = greatest(kept.held + gone.held - kept.on_hand, 0)
FROM doubled d JOIN stock_offer gone ON gone.id = d.gone_id WHERE kept.id = d.kept_id;
UPDATE orders_orderline l SET offer_id = d.kept_id, product_id = kept.product_id
FROM doubled d JOIN stock_offer kept ON kept.id = d.kept_id WHERE l.offer_id = d.gone_id;
UPDATE stock_offer gone SET on_hand = 0, held = 0, short = 0, counted = 0, unseen = 0, doubtful = 0,
    ean = NULL
FROM doubled d WHERE gone.id = d.gone_id;
DELETE FROM moving m USING doubled d WHERE m.offer_id = d.gone_id;

-- The movements go with their offers. A one-off copy is told apart by its reference, not a number.
UPDATE stock_offer o
SET product_id = t.own_id, ean = CASE WHEN o.copy_ref = '' THEN m.number END
FROM moving m JOIN parts t ON t.product_id = m.product_id AND t.shop_id = m.shop_id
WHERE o.id = m.offer_id;
UPDATE stock_offer o SET ean = NULL FROM shared s WHERE o.product_id = s.id AND o.ean IS NOT NULL;

UPDATE orders_orderline l SET product_id = o.product_id
FROM stock_offer o, moving m
WHERE o.id = l.offer_id AND m.offer_id = o.id;
UPDATE orders_orderline l SET product_id = t.own_id
FROM orders_order r, parts t, shared s
WHERE r.id = l.order_id AND l.offer_id IS NULL AND s.id = l.product_id AND NOT s.supplied
  AND t.product_id = l.product_id AND t.shop_id = r.shop_id;
UPDATE stock_keptline k SET product_id = t.own_id
FROM stock_feedrun r, stock_feed f, parts t, shared s
WHERE r.id = k.run_id AND f.id = r.feed_id AND s.id = k.product_id AND NOT s.supplied
  AND t.product_id = k.product_id AND t.shop_id = f.shop_id;

-- Readers asked for the title that they saw.
INSERT INTO stock_askedfor AS known (product_id, day, count)
SELECT t.own_id, a.day, a.count
FROM stock_askedfor a JOIN parts t ON t.product_id = a.product_id AND t.titled
ON CONFLICT (product_id, day) DO UPDATE SET count = known.count + excluded.count;
DELETE FROM stock_askedfor a USING shared s WHERE s.id = a.product_id AND NOT s.supplied;

-- Eight digits were kept as thirteen.
-- (In a count where both stand, scanned by two versions, each row stays as it was scanned.)
UPDATE stock_countedtitle t SET ean = substr(ean, 6) WHERE ean ~ '^0{5}[02][0-9]{7}$'
  AND NOT EXISTS (SELECT FROM stock_countedtitle u
                  WHERE u.session_id = t.session_id AND u.ean = substr(t.ean, 6));
UPDATE stock_countscan SET ean = substr(ean, 6) WHERE ean ~ '^0{5}[02][0-9]{7}$';
UPDATE stock_tillitem SET ean = substr(ean, 6) WHERE ean ~ '^0{5}[02][0-9]{7}$';
UPDATE stock_keptline SET ean = substr(ean, 6) WHERE ean ~ '^0{5}[02][0-9]{7}$';

-- The row stays for whoever still holds its key. It names nothing, and a title that went to nobody
-- is not lost in it.
UPDATE catalogue_product p SET ean = NULL, updated_at = statement_timestamp(),
    source = CASE WHEN s.supplied THEN p.source ELSE 'replaced' END,
    source_ref = CASE WHEN s.supplied THEN p.source_ref ELSE p.id::text END,
    state = CASE WHEN s.supplied THEN p.state ELSE 'unknown' END,
    catalogue_number = CASE WHEN s.supplied THEN p.catalogue_number ELSE '' END
FROM shared s WHERE s.id = p.id;
UPDATE catalogue_product p SET title = '', subtitle = '', byline = '', series = '', publisher = '',
    catalogue_number = '', description = '', cover_url = ''
FROM parts t WHERE t.product_id = p.id AND t.titled;
DELETE FROM catalogue_contributor c USING parts t WHERE t.product_id = c.product_id AND t.titled;

INSERT INTO core_outbox (topic, key)
SELECT 'product', id FROM shared UNION ALL SELECT 'product', own_id FROM parts
UNION ALL SELECT 'offer', offer_id FROM moving;

DROP TABLE doubled, parts, moving, shared;
RETURN 1;
END
$$;
SELECT orders_split_own_numbers();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_every_till"),
        ("core", "0002_every_till"),
        ("orders", "0004_bounds"),
        ("shops", "0001_initial"),
        ("stock", "0004_standing"),
    ]

    operations = [
        migrations.RunSQL(DEMONSTRATION, migrations.RunSQL.noop),
        migrations.RunSQL(SPLIT, "DROP FUNCTION orders_split_own_numbers()"),
    ]
