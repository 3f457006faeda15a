"""A copy that went to its reader may have been posted: other words for one choice, no statement."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stock', '0011_copies_sent_over'),
    ]

    operations = [
        migrations.AlterField(
            model_name='stockmovement',
            name='reason',
            field=models.CharField(choices=[('told', 'the till said so'), ('received', 'received'), ('sold', 'sold at the counter'), ('collected', 'handed over or posted to the reader'), ('sent', 'sent to another shop'), ('not_found', 'not on the shelf'), ('counted', 'counted by hand'), ('withdrawn', 'withdrawn from sale')], max_length=10),
        ),
    ]
