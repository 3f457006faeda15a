"""Where an alert was asked for: the network or the shop that alone may answer it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0001_initial'),
        ('networks', '0003_logos'),
        ('shops', '0009_hosts_of_shops'),
    ]

    operations = [
        migrations.AddField(
            model_name='alert',
            name='network',
            field=models.ForeignKey(blank=True, help_text='under whose host it was asked for: only its members answer', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='networks.network'),
        ),
        migrations.AddField(
            model_name='alert',
            name='shop',
            field=models.ForeignKey(blank=True, help_text='at whose own address it was asked for: no other answers', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='shops.shop'),
        ),
    ]
