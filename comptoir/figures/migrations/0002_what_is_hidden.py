"""With the sums of a year, which counts of it are hidden."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('figures', '0001_figures'),
    ]

    operations = [
        migrations.AddField(
            model_name='yearsums',
            name='concealed',
            field=models.JSONField(null=True),
        ),
    ]
