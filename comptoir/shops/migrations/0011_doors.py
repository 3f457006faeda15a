"""Closed doors of shops and of networks, and the hours at which a shop hands over at its door."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("networks", "0002_people_of_networks"),
        ("shops", "0010_requests_to_join"),
    ]

    operations = [
        migrations.CreateModel(
            name="Doors",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[
                            ("user", "user"),
                            ("reader", "reader"),
                            ("token", "token"),
                            ("feed", "feed"),
                            ("system", "system"),
                        ],
                        max_length=8,
                    ),
                ),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("no_holds", "No reservation; search, lists and alerts go on"),
                            ("slots", "Collection at the door, by slots"),
                        ],
                        max_length=8,
                    ),
                ),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("text", models.CharField(blank=True, max_length=200)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "network",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="doors",
                        to="networks.network",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="doors",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["no_holds", "slots"])),
                        name="shops_doors_mode",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("network__isnull", False), ("shop", None)),
                            models.Q(("network", None), ("shop__isnull", False)),
                            _connector="OR",
                        ),
                        name="shops_doors_of_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at", None),
                            ("ends_at__gt", models.F("begins_at")),
                            _connector="OR",
                        ),
                        name="shops_doors_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DoorSpan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("weekday", models.PositiveSmallIntegerField()),
                ("opens", models.PositiveSmallIntegerField()),
                ("closes", models.PositiveSmallIntegerField()),
                ("every", models.PositiveSmallIntegerField()),
                ("places", models.PositiveSmallIntegerField()),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="door_spans",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closes__gt", models.F("opens")),
                            ("closes__lte", 1440),
                            ("every__range", (5, 240)),
                            ("places__range", (1, 50)),
                            ("weekday__lte", 6),
                        ),
                        name="shops_doorspan_sane",
                    )
                ],
            },
        ),
    ]
