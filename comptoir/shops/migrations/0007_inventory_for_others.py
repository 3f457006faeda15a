"""The word of the address at which others fetch all that a shop has, where it wants that."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shops', '0006_sources'),
    ]

    operations = [
        migrations.AddField(
            model_name='shop',
            name='inventory_word',
            field=models.CharField(blank=True, help_text='the word of the address at which others fetch all it has; None: there is none', max_length=40, null=True, unique=True),
        ),
    ]
