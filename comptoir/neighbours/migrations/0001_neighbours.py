"""Other installations that are asked near their area."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Neighbour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=200, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("search_page", models.CharField(blank=True, max_length=300)),
                ("area", models.JSONField()),
                (
                    "added_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("checked_at", models.DateTimeField()),
                ("silent_since", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("rest_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={"ordering": ["name", "pk"]},
        ),
    ]
