"""Have the newest offers of a shop found without looking at all that it has."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stock", "0006_issues_of_magazines")]

    operations = [
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(fields=["shop", "id"], name="stock_offer_newest"),
        )
    ]
