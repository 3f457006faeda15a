"""A notice of the right to withdraw that was given later."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0018_who_does_not_collect"),
        ("terms", "0001_conditions"),
        ("withdrawals", "0001_withdrawals"),
    ]

    operations = [
        migrations.CreateModel(
            name="LaterNotice",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="later_notice",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                ("given_at", models.DateTimeField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="terms.termsversion",
                    ),
                ),
            ],
        ),
    ]
