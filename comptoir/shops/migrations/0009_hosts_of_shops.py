"""The name under which a shop has a portal of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shops', '0008_history_links_photos'),
    ]

    operations = [
        migrations.AddField(
            model_name='shop',
            name='host',
            field=models.CharField(blank=True, help_text='the name under which its own portal answers; None: it has none', max_length=253, null=True, unique=True),
        ),
    ]
