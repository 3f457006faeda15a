"""Pages and news of networks, their versions and pictures, banners."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('networks', '0003_logos'),
    ]

    operations = [
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('page', 'Page'), ('news', 'News item')], max_length=8)),
                ('slug', models.SlugField(max_length=80)),
                ('place', models.PositiveIntegerField(default=0)),
                ('in_footer', models.BooleanField(default=True)),
                ('latest', models.PositiveIntegerField(default=0)),
                ('shown', models.PositiveIntegerField(default=0)),
                ('appears_at', models.DateTimeField(blank=True, null=True)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('changed_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='publications', to='networks.network')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['page', 'news'])), name='networks_publication_kind'), models.UniqueConstraint(fields=('network', 'kind', 'slug'), name='networks_publication_slug'), models.CheckConstraint(condition=models.Q(('shown', 0), ('appears_at__isnull', False), _connector='OR'), name='networks_publication_dated'), models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gt', models.F('appears_at')), _connector='OR'), name='networks_publication_order')],
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('summary', models.CharField(blank=True, max_length=300)),
                ('body', models.TextField(blank=True)),
                ('title_en', models.CharField(blank=True, max_length=120)),
                ('summary_en', models.CharField(blank=True, max_length=300)),
                ('body_en', models.TextField(blank=True)),
                ('written_at', models.DateTimeField()),
                ('restored', models.PositiveIntegerField(blank=True, null=True)),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='networks.publication')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('publication', 'number'), name='networks_version_number')],
            },
        ),
        migrations.CreateModel(
            name='Banner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('level', models.CharField(choices=[('info', 'Information'), ('warning', 'Warning')], default='info', max_length=8)),
                ('text', models.CharField(max_length=200)),
                ('text_en', models.CharField(blank=True, max_length=200)),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='banners', to='networks.network')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('level__in', ['info', 'warning'])), name='networks_banner_level'), models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gte', models.F('begins_at')), _connector='OR'), name='networks_banner_order')],
            },
        ),
        migrations.CreateModel(
            name='Picture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('digest', models.CharField(max_length=32)),
                ('alt', models.CharField(max_length=200)),
                ('large', models.BinaryField()),
                ('small', models.BinaryField()),
                ('width', models.PositiveSmallIntegerField()),
                ('height', models.PositiveSmallIntegerField()),
                ('added_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='networks.network')),
            ],
            options={
                'indexes': [models.Index(fields=['digest'], name='networks_picture_digest')],
                'constraints': [models.UniqueConstraint(fields=('network', 'digest'), name='networks_picture_once')],
            },
        ),
    ]
