"""Tell of an order whether it was placed under its shop's own host, whose name its mails bear."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0013_events_by_moment"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="at_own_host",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="whether it was placed under the shop's own host: its mails speak for the shop",
            ),
        ),
    ]
