"""What a shop remembers of who does not collect, and that it trusts them again."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0017_posting_looked_at"),
        ("shops", "0015_who_does_not_collect"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrustEvent",
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
                ("key", models.CharField(max_length=32)),
                (
                    "kind",
                    models.CharField(
                        choices=[("uncollected", "did not collect"), ("trusted", "trusted again")],
                        max_length=12,
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["key"], name="orders_trust_key"),
                    models.Index(fields=["shop"], name="orders_trust_shop"),
                    models.Index(fields=["happened_at"], name="orders_trust_happened"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["uncollected", "trusted"])),
                        name="orders_trust_kind",
                    )
                ],
            },
        ),
    ]
