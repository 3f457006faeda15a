"""How far a business has numbered outlives its shops; what it was by now is read off its papers."""

from django.db import migrations, models

READ_OFF = """
INSERT INTO papers_numbering (siren, prefix, last, last_day)
SELECT left(s.siret, 9), left(p.number, -greatest(6, length(p.serial::text))),
       max(p.serial), max(p.day)
FROM papers_paper p JOIN shops_shop s ON s.id = p.shop_id
WHERE s.siret <> '' AND length(p.number) <= 10 + greatest(6, length(p.serial::text))
GROUP BY 1, 2
"""


class Migration(migrations.Migration):
    dependencies = [("papers", "0003_who_bought")]

    operations = [
        migrations.CreateModel(
            name="Numbering",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("siren", models.CharField(max_length=9)),
                ("prefix", models.CharField(max_length=10)),
                ("last", models.PositiveIntegerField()),
                ("last_day", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("siren", "prefix"), name="papers_numbering_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(READ_OFF, migrations.RunSQL.noop),
    ]
