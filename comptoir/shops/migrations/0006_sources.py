"""By which sources a shop is known, whose word a field is, and what the registry says of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shops', '0005_what_the_directory_tells'),
    ]

    operations = [
        migrations.AddField(
            model_name='fieldorigin',
            name='source',
            field=models.CharField(blank=True, choices=[('file', 'A file of the network'), ('osm', 'OpenStreetMap'), ('ban', 'National address base'), ('sirene', 'Company registry')], db_default='', default='', help_text='of what is imported: whose word it is; empty: a file, from before this was kept', max_length=8),
        ),
        migrations.AddField(
            model_name='shop',
            name='registry_checked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='shop',
            name='registry_state',
            field=models.CharField(blank=True, choices=[('active', 'active'), ('closed', 'closed'), ('unknown', 'not in the registry')], db_default='', default='', max_length=8),
        ),
        migrations.CreateModel(
            name='Listing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('file', 'A file of the network'), ('osm', 'OpenStreetMap'), ('ban', 'National address base'), ('sirene', 'Company registry')], max_length=8)),
                ('ref', models.CharField(max_length=40)),
                ('licence', models.CharField(blank=True, max_length=40)),
                ('said', models.JSONField(default=dict)),
                ('seen_at', models.DateTimeField()),
                ('gone_at', models.DateTimeField(blank=True, null=True)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='listings', to='shops.shop')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('source__in', ['file', 'osm', 'ban', 'sirene'])), name='shops_listing_source'), models.UniqueConstraint(fields=('source', 'ref'), name='shops_listing_once')],
            },
        ),
    ]
