"""Adds to reports what is remarked of lines that were not refused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stock", "0004_standing")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="remark_count",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="report",
            name="remarks",
            field=models.JSONField(
                db_default=models.Value([], output_field=models.JSONField()), default=list
            ),
        ),
    ]
