"""Have the events of orders found by their moment: the audit reads some days of them."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0012_slots_at_the_door"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="orderevent",
            index=BrinIndex(fields=["happened_at"], name="orders_event_moment"),
        ),
    ]
