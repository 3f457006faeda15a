"""The issue of a magazine beside the offer, the kept line and the scan that told it.

Each column has a default of the database, so the version before works beside this one.
"""

from django.db import migrations, models


def issue() -> models.CharField:
    return models.CharField(blank=True, db_default="", default="", max_length=5)


class Migration(migrations.Migration):
    dependencies = [("stock", "0005_remarks")]

    operations = [
        migrations.AddField(model_name=name, name="issue", field=issue())
        for name in ("countscan", "keptline", "offer")
    ]
