"""Who wrote each field of a shop: an empty table. What stands already has no known author."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shops", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="FieldOrigin",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "actor_kind",
                    models.CharField(
                        blank=True,
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
                ("field", models.CharField(max_length=32)),
                ("imported", models.BooleanField(default=False)),
                ("written_at", models.DateTimeField(blank=True, null=True)),
                ("offered", models.JSONField(blank=True, null=True)),
                ("offered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="origins",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "field"), name="shops_fieldorigin_once")
                ],
            },
        ),
    ]
