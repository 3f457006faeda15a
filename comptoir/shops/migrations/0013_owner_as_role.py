"""State that whoever was a manager is called an owner: the database keeps the value."""

from django.db import migrations, models

ROLES = [("staff", "Bookseller or record dealer"), ("manager", "Owner")]


class Migration(migrations.Migration):
    dependencies = [
        ("shops", "0012_circulars"),
    ]

    operations = [
        migrations.AlterField(
            model_name=name,
            name="role",
            field=models.CharField(choices=ROLES, default="staff", max_length=8),
        )
        for name in ("invitation", "staff")
    ]
