"""How many copies of an offer others are told of, as its shop chose: one more column of the view,
at its end. The version before does not ask for it."""

from django.db import migrations

STANDING = """
SELECT
    o.id AS offer_id,
    o.shop_id,
    o.product_id,
    o.ean,
    o.condition,
    o.copy_ref,
    o.price_cents,
    o.on_hand,
    o.held,
    CASE WHEN o.copy_ref = '' THEN s.safety_stock ELSE 0 END AS kept_back,
    (o.on_hand - o.held - CASE WHEN o.copy_ref = '' THEN s.safety_stock ELSE 0 END) AS available,
    greatest(o.as_of, CASE WHEN o.copy_ref <> '' THEN NULL::timestamptz
                           WHEN o.condition = 'new' THEN c.new_as_of
                           ELSE c.used_as_of END) AS known_at,
    greatest(greatest(o.as_of, CASE WHEN o.copy_ref <> '' THEN NULL::timestamptz
                                    WHEN o.condition = 'new' THEN c.new_as_of
                                    ELSE c.used_as_of END), f.changes_as_of) AS as_of,
    o.copy_ref <> '' AND strpos(o.copy_ref, ':') = 0 AS by_hand,
    s.paused_at IS NOT NULL AS paused,
    o.unseen,
    o.doubtful,
    o.pace,
    o.as_of AS paced_at,
    CASE WHEN o.copy_ref = '' THEN c.contested_at END AS contested_at,
    coalesce(k.promised, 0) AS promised,
    coalesce(k.missing, 0) AS missing,
    k.told_every AS reported_every,
    s.confirm_after,
    s.time_zone,
    u.sleeve,
    u.note,
    u.photo_id{shown}
FROM stock_offer o
JOIN shops_shop s ON s.id = o.shop_id
LEFT JOIN stock_shopclock c ON c.shop_id = s.id
LEFT JOIN stock_feed f ON f.id = o.told_by_id
LEFT JOIN stock_shoprecord k ON k.shop_id = s.id
LEFT JOIN stock_usedcopy u ON u.offer_id = o.id AND o.copy_ref <> ''
"""
SHOWN = """,

    -- How many copies others are told of: as many as may be promised where the shop gives its
    -- figures away, one for “some”, none where it shows nothing.
    CASE s.stock_shown
        WHEN 'exact' THEN greatest(
            (o.on_hand - o.held - CASE WHEN o.copy_ref = '' THEN s.safety_stock ELSE 0 END), 0)
        WHEN 'in_stock' THEN least(greatest(
            (o.on_hand - o.held - CASE WHEN o.copy_ref = '' THEN s.safety_stock ELSE 0 END), 0), 1)
        ELSE 0 END AS shown"""


class Migration(migrations.Migration):
    dependencies = [
        ("shops", "0005_what_the_directory_tells"),
        ("stock", "0007_newest_offers_of_a_shop"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE OR REPLACE VIEW stock_standing AS" + STANDING.format(shown=SHOWN),
            "DROP VIEW stock_standing; CREATE VIEW stock_standing AS" + STANDING.format(shown=""),
        ),
    ]
