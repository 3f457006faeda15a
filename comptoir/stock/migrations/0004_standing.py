"""One view of how each offer stands: what may be promised of it, as of when, and how sure that is.

The view only adds, so the version before works beside this one. A later migration that drops or
retypes a column named here drops the view first and makes it again after.
"""

import django.db.models.deletion
from django.db import migrations, models

CREATE = """
CREATE VIEW stock_standing AS
SELECT
    o.id AS offer_id,
    o.shop_id,
    o.product_id,
    o.ean,
    o.condition,
    o.copy_ref,
    o.price_cents,

    -- What may be promised; below zero where more is promised or kept back than there is.
    -- A safety stock guards against a till that counts one too many of a pile; it would hide
    -- what there is only one of.
    o.on_hand,
    o.held,
    CASE WHEN o.copy_ref = '' THEN s.safety_stock ELSE 0 END AS kept_back,
    (o.on_hand - o.held - CASE WHEN o.copy_ref = '' THEN s.safety_stock ELSE 0 END) AS available,

    -- The moment of its figure: the later of its own and its shop's clock. A one-off copy goes by
    -- no clock: only its own feed, or its shop's hand, knows of it.
    greatest(o.as_of, CASE WHEN o.copy_ref <> '' THEN NULL::timestamptz
                           WHEN o.condition = 'new' THEN c.new_as_of
                           ELSE c.used_as_of END) AS known_at,

    -- As of when it is shown: a till that tells only what changes vouches for the rest too.
    greatest(greatest(o.as_of, CASE WHEN o.copy_ref <> '' THEN NULL::timestamptz
                                    WHEN o.condition = 'new' THEN c.new_as_of
                                    ELSE c.used_as_of END), f.changes_as_of) AS as_of,

    -- Which limit hides it: what a feed tells is old soon, for the next report should have come. A
    -- one-off copy entered by hand (its reference bears no feed's mark) is not told again.
    o.copy_ref <> '' AND strpos(o.copy_ref, ':') = 0 AS by_hand,
    s.paused_at IS NOT NULL AS paused,

    -- The evidence, and the shop's habits, by which it is graded.
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

    -- What is told of a one-off copy.
    u.sleeve,
    u.note,
    u.photo_id
FROM stock_offer o
JOIN shops_shop s ON s.id = o.shop_id
-- Each of these has one row at most, so that whoever reads none of its columns pays nothing for it.
LEFT JOIN stock_shopclock c ON c.shop_id = s.id
LEFT JOIN stock_feed f ON f.id = o.told_by_id
LEFT JOIN stock_shoprecord k ON k.shop_id = s.id
LEFT JOIN stock_usedcopy u ON u.offer_id = o.id AND o.copy_ref <> ''
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_every_till"),
        ("shops", "0001_initial"),
        ("stock", "0003_words_of_the_trade"),
    ]

    operations = [
        migrations.RunSQL(CREATE, "DROP VIEW stock_standing"),
        # Django asks no more than the key of a model that it does not manage.
        migrations.CreateModel(
            name="OfferStanding",
            fields=[
                (
                    "offer",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="standing",
                        serialize=False,
                        to="stock.offer",
                    ),
                ),
            ],
            options={"db_table": "stock_standing", "managed": False},
        ),
    ]
