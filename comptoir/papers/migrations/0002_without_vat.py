"""A business that charges no VAT says so of itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("papers", "0001_invoices")]

    operations = [
        migrations.AddField(
            model_name="legalidentity",
            name="without_vat",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
