"""What a shop asks of who does not collect."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shops", "0014_stock_for_colleagues"),
    ]

    operations = [
        migrations.AddField(
            model_name="shop",
            name="asks_after",
            field=models.PositiveSmallIntegerField(
                db_default=1,
                default=1,
                help_text="reservations not collected after which a person confirms, 0 never; one"
                " more, and they pay first",
            ),
        ),
    ]
