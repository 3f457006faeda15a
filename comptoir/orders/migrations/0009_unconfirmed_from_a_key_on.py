"""Have the unconfirmed orders of a shop found from a key on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0008_kinds_of_events_looked_at"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="order", name="orders_order_unverified"),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("deadline__isnull", False), ("status", "unconfirmed")),
                fields=["shop", "id"],
                name="orders_order_unverified",
            ),
        ),
    ]
