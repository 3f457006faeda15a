"""Join the orders of one act, and have an order keep its network."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("networks", "0001_networks"),
        ("orders", "0009_unconfirmed_from_a_key_on"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=32)),
                (
                    "mode",
                    models.CharField(
                        choices=[("each", "each shop by itself"), ("all", "all or nothing")],
                        max_length=4,
                    ),
                ),
                ("placed_at", models.DateTimeField()),
                ("idempotency_key", models.CharField(blank=True, max_length=120, null=True)),
                ("request_digest", models.CharField(blank=True, max_length=64)),
                ("refused", models.JSONField(default=list)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["each", "all"])),
                        name="orders_group_mode",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mode", "each"), ("refused", []), _connector="OR"),
                        name="orders_group_whole",
                    ),
                    models.UniqueConstraint(fields=("token",), name="orders_group_token"),
                    models.UniqueConstraint(fields=("idempotency_key",), name="orders_group_key"),
                ],
            },
        ),
        migrations.AddField(
            model_name="order",
            name="group",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="orders",
                to="orders.ordergroup",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="network",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="networks.network",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("group", None), _negated=True),
                fields=["group"],
                name="orders_order_group",
            ),
        ),
    ]
