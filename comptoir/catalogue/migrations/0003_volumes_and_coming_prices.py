import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_every_till")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="series_number",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.CreateModel(
            name="ComingPrice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField()),
                ("list_price_cents", models.PositiveIntegerField(blank=True, null=True)),
                ("vat_rate", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="coming_prices",
                        to="catalogue.product",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["since"], name="catalogue_comingprice_since")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "since"), name="catalogue_comingprice_once"
                    )
                ],
            },
        ),
    ]
