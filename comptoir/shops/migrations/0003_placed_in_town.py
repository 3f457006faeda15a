"""Mark the shops whose coordinates are those of their town."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shops", "0002_origins_of_fields")]

    operations = [
        migrations.AddField(
            model_name="shop",
            name="placed_in_town",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="the coordinates are those of its town: nobody gave its own",
            ),
        )
    ]
