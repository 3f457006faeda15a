"""Whether a shop shares its stock with colleagues."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shops", "0013_owner_as_role"),
    ]

    operations = [
        migrations.AddField(
            model_name="shop",
            name="shares_stock",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="whether shops of its networks that do so too see its stock, and it"
                " theirs",
            ),
        ),
    ]
