from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_alter_message_about_and_more")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="secret",
            field=models.BooleanField(default=False, db_default=False),
        ),
    ]
