"""Slots at the door, what was promised before doors were closed, and how far orders follow."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("networks", "0002_people_of_networks"),
        ("orders", "0011_trials"),
        ("shops", "0011_doors"),
    ]

    operations = [
        migrations.CreateModel(
            name="DoorsRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                (
                    "begun_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "doors",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="shops.doors",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="order",
            name="promised_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="order",
            name="slot_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="order",
            name="slot_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("ended_at", None), models.Q(("slot_at", None), _negated=True)),
                fields=["shop", "slot_at"],
                name="orders_order_slot",
            ),
        ),
    ]
