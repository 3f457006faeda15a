"""Mark the reservations that staff place to see how it goes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0010_groups_of_orders'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='trial',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
