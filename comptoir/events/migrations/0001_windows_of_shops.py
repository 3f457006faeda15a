"""What shops put into their windows: words on titles, events, and the history of both."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0004_no_own_number'),
        ('shops', '0004_invitations_and_leaving'),
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('signing', 'Signing'), ('concert', 'In-store concert'), ('reading', 'Reading'), ('workshop', 'Workshop'), ('other', 'Meeting')], max_length=8)),
                ('title', models.CharField(max_length=160)),
                ('text', models.CharField(blank=True, max_length=4000)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('venue', models.CharField(blank=True, max_length=120)),
                ('street', models.CharField(blank=True, max_length=160)),
                ('postcode', models.CharField(blank=True, max_length=5)),
                ('city', models.CharField(blank=True, max_length=80)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('capacity', models.PositiveIntegerField(blank=True, null=True)),
                ('is_free', models.BooleanField(default=False)),
                ('price', models.CharField(blank=True, help_text='in words', max_length=80)),
                ('link', models.URLField(blank=True, max_length=300)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('announced_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('changed_at', models.DateTimeField()),
                ('products', models.ManyToManyField(blank=True, related_name='events', to='catalogue.product')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='announced', to='shops.shop')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['starts_at'], name='events_event_starts'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['signing', 'concert', 'reading', 'workshop', 'other'])), name='events_event_kind'),
                    models.UniqueConstraint(condition=models.Q(('cancelled_at', None)), fields=('shop', 'kind', 'title', 'starts_at'), name='events_event_once'),
                    models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='events_event_order'),
                    models.CheckConstraint(condition=models.Q(('city', ''), ('latitude__range', (-90, 90)), _connector='OR'), name='events_event_place'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Pick',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('text', models.CharField(max_length=600)),
                ('signed', models.CharField(blank=True, max_length=80)),
                ('place', models.PositiveIntegerField()),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('changed_at', models.DateTimeField()),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='picks', to='catalogue.product')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='picks', to='shops.shop')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['-written_at'], name='events_pick_newest'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('shop', 'product'), name='events_pick_once'),
                    models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='events_pick_says_something'),
                ],
            },
        ),
        migrations.CreateModel(
            name='WindowChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('deed', models.CharField(choices=[('written', 'written'), ('changed', 'changed'), ('put_first', 'put first'), ('removed', 'removed'), ('announced', 'announced'), ('cancelled', 'cancelled'), ('moved', 'moved to another shop'), ('erased', 'erased')], max_length=10)),
                ('happened_at', models.DateTimeField()),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='events.event')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.product')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='shops.shop')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('deed__in', ['written', 'changed', 'put_first', 'removed', 'announced', 'cancelled', 'moved', 'erased'])), name='events_windowchange_deed'),
                    models.CheckConstraint(condition=models.Q(('product', None), ('event', None), _connector='OR'), name='events_windowchange_about'),
                ],
            },
        ),
    ]
