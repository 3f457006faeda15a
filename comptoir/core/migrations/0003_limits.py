"""Counts of attempts, in a table that is not journalled."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_every_till")]

    operations = [
        migrations.CreateModel(
            name="LimitCount",
            fields=[
                ("key", models.BigIntegerField(primary_key=True, serialize=False)),
                ("ends_at", models.DateTimeField()),
                ("spent", models.PositiveIntegerField()),
            ],
            options={"db_table": "core_limit"},
        ),
        migrations.RunSQL(
            "ALTER TABLE core_limit SET UNLOGGED", "ALTER TABLE core_limit SET LOGGED"
        ),
    ]
