from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_payments")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="slow",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="session",
            name="slow",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
