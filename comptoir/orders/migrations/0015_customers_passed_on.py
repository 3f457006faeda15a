"""Which shop sent the customer of an order over."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0014_orders_at_a_shops_own_host"),
        ("shops", "0014_stock_for_colleagues"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="passed_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="passed_on",
                to="shops.shop",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("passed_by", None), _negated=True),
                fields=["passed_by", "placed_at"],
                name="orders_order_passed",
            ),
        ),
    ]
