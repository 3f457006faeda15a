"""Requests to join, memberships that wait for the other side, who wants no first steps."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('networks', '0002_people_of_networks'),
        ('shops', '0009_hosts_of_shops'),
    ]

    operations = [
        migrations.AddField(
            model_name='staff',
            name='first_steps_hidden_at',
            field=models.DateTimeField(blank=True, help_text='since when this person wants no first steps shown', null=True),
        ),
        migrations.CreateModel(
            name='JoinRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('actor_kind', models.CharField(blank=True, choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('entry', models.JSONField(default=dict)),
                ('asker_name', models.CharField(max_length=120)),
                ('asker_email', models.EmailField(max_length=254)),
                ('asker_phone', models.CharField(blank=True, help_text='E.164', max_length=20)),
                ('message', models.TextField(blank=True)),
                ('language', models.CharField(default='fr', max_length=5)),
                ('nonce', models.CharField(max_length=32)),
                ('state', models.CharField(choices=[('asked', 'not confirmed yet'), ('confirmed', 'waiting for an answer'), ('opened', 'opened'), ('declined', 'declined')], default='asked', max_length=10)),
                ('asked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('ends_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('known', models.CharField(choices=[('none', 'the directory has no address to ask'), ('waits', 'the shop’s own address has not answered yet'), ('same', 'asked from the shop’s own address'), ('yes', 'the shop’s own address says: yes, it is us'), ('no', 'the shop’s own address says: no, we did not ask')], default='none', max_length=8)),
                ('registry', models.CharField(choices=[('off', 'no registry is set: look yourself'), ('waits', 'the registry is being asked'), ('active', 'active in the registry'), ('closed', 'closed, says the registry'), ('unknown', 'the registry does not know this SIRET'), ('hidden', 'active in the registry, which shows no more of it'), ('down', 'the registry does not answer just now: look yourself')], default='off', max_length=8)),
                ('registry_says', models.CharField(blank=True, max_length=400)),
                ('network', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='networks.network')),
                ('shop', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='shops.shop')),
            ],
            options={
                'indexes': [models.Index(fields=['network', 'state', 'asked_at'], name='shops_joinrequest_of'), models.Index(fields=['ends_at'], name='shops_joinrequest_ends')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'confirmed', 'opened', 'declined'])), name='shops_joinrequest_state')],
            },
        ),
        migrations.CreateModel(
            name='MembershipOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('side', models.CharField(choices=[('shop', 'the shop'), ('network', 'the network')], max_length=8)),
                ('offered_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers_to_join', to='networks.network')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers_to_join', to='shops.shop')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('side__in', ['shop', 'network'])), name='shops_membershipoffer_side'), models.UniqueConstraint(fields=('shop', 'network'), name='shops_membershipoffer_once')],
            },
        ),
    ]
