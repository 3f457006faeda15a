"""Who works for a network."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('networks', '0001_networks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Coordinator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('role', models.CharField(choices=[('coordinator', 'Coordinator'), ('editor', 'Editor')], default='coordinator', max_length=12)),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='people', to='networks.network')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['coordinator', 'editor'])), name='networks_coordinator_role'), models.UniqueConstraint(fields=('network', 'user'), name='networks_coordinator_once')],
            },
        ),
    ]
