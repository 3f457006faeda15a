"""Beside each offer, where its title and its author stand in the alphabet.

The marks that lists go by are kept anew from the first offer on: those that are there have neither.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stock', '0009_what_lists_are_filtered_by'),
    ]

    operations = [
        migrations.AddField(
            model_name='offer',
            name='named',
            field=models.CharField(blank=True, max_length=60, null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='author',
            field=models.CharField(blank=True, max_length=60, null=True),
        ),
        migrations.RunSQL('DELETE FROM stock_assortmentmark', migrations.RunSQL.noop),
    ]
