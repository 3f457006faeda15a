"""Messages of networks to their members, and who read them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('networks', '0004_pages_and_news'),
        ('shops', '0011_doors'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='shop',
            name='circulars_by_mail',
            field=models.BooleanField(db_default=True, default=True, help_text='whether its owners get messages of networks by mail too'),
        ),
        migrations.CreateModel(
            name='Circular',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('title', models.CharField(max_length=120)),
                ('body', models.TextField()),
                ('sent_at', models.DateTimeField()),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='circulars', to='networks.network')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CircularCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('circular', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='shops.circular')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='circulars', to='shops.shop')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('circular', 'shop'), name='shops_circularcopy_once')],
            },
        ),
        migrations.CreateModel(
            name='CircularReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField()),
                ('copy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='shops.circularcopy')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('copy', 'user'), name='shops_circularreading_once')],
            },
        ),
    ]
