"""Accounts at providers, sessions, what came in and what went back, notices and comparisons."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orders', '0017_posting_looked_at'),
        ('shops', '0014_stock_for_colleagues'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='payment_accounts', to='shops.shop')),
                ('provider', models.CharField(choices=[('stripe', 'Stripe'), ('mollie', 'Mollie'), ('transfer', 'bank transfer'), ('trial', 'trial, no money')], max_length=8)),
                ('token', models.CharField(max_length=43)),
                ('secrets', models.TextField(blank=True)),
                ('label', models.CharField(blank=True, max_length=120)),
                ('late', models.CharField(choices=[('honour', 'send the order after all if the copies are still free, else pay back'), ('refund', 'always pay back')], default='honour', max_length=6)),
                ('days', models.PositiveSmallIntegerField(default=7)),
                ('live', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('provider__in', ['stripe', 'mollie', 'transfer', 'trial'])), name='payments_account_provider'), models.CheckConstraint(condition=models.Q(('late__in', ['honour', 'refund'])), name='payments_account_late'), models.UniqueConstraint(fields=('token',), name='payments_account_token'), models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('shop', 'provider'), name='payments_account_once')],
            },
        ),
        migrations.CreateModel(
            name='TrialPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=47)),
                ('cents', models.PositiveIntegerField()),
                ('state', models.CharField(default='open', max_length=8)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('settles_at', models.DateTimeField(blank=True, null=True)),
                ('refuses_refunds', models.BooleanField(default=False)),
                ('refunds', models.JSONField(default=dict)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key',), name='payments_trial_once')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='payments.account')),
                ('event', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=60)),
                ('ref', models.CharField(blank=True, max_length=120)),
                ('key', models.CharField(blank=True, max_length=47)),
                ('digest', models.CharField(max_length=64)),
                ('times', models.PositiveIntegerField(default=1)),
                ('received_at', models.DateTimeField()),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(blank=True, null=True)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('settled_at', None)), fields=['next_at'], name='payments_notice_due')],
                'constraints': [models.UniqueConstraint(fields=('account', 'event'), name='payments_notice_once')],
            },
        ),
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reconciliations', to='payments.account')),
                ('day', models.DateField()),
                ('at', models.DateTimeField()),
                ('seen', models.PositiveIntegerField(default=0)),
                ('differences', models.JSONField(default=list)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'day'), name='payments_reconciled_once')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payment_sessions', to='orders.order')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='payments.account')),
                ('token', models.CharField(max_length=47)),
                ('cents', models.PositiveIntegerField()),
                ('status', models.CharField(choices=[('asked', 'being prepared'), ('open', 'waiting for the reader'), ('pending', 'the bank has not said yes yet'), ('paid', 'paid'), ('ended', 'not paid')], default='asked', max_length=8)),
                ('ref', models.CharField(blank=True, max_length=120)),
                ('url', models.CharField(blank=True, max_length=2000)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('look_at', models.DateTimeField(blank=True, null=True)),
                ('looks', models.PositiveSmallIntegerField(default=0)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['look_at'], name='payments_session_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['asked', 'open', 'pending', 'paid', 'ended'])), name='payments_session_status'), models.UniqueConstraint(fields=('token',), name='payments_session_token'), models.UniqueConstraint(condition=models.Q(('ref', ''), _negated=True), fields=('account', 'ref'), name='payments_session_ref'), models.CheckConstraint(condition=models.Q(('cents__gte', 1)), name='payments_session_cents')],
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bank_transfers', to='orders.order')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='payments.account')),
                ('cents', models.PositiveIntegerField()),
                ('dated', models.DateField()),
                ('reference', models.CharField(blank=True, max_length=140)),
                ('entered_at', models.DateTimeField()),
                ('voided_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('cents__gte', 1)), name='payments_transfer_cents'), models.UniqueConstraint(condition=models.Q(('voided_at', None)), fields=('order', 'cents', 'dated', 'reference'), name='payments_transfer_once')],
            },
        ),
        migrations.CreateModel(
            name='Capture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='captures', to='orders.order')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='captures', to='payments.account')),
                ('session', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='captures', to='payments.session')),
                ('transfer', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='capture', to='payments.transfer')),
                ('ref', models.CharField(max_length=120)),
                ('cents', models.PositiveIntegerField()),
                ('captured_at', models.DateTimeField()),
                ('noted_at', models.DateTimeField()),
                ('late', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'ref'), name='payments_capture_once'), models.CheckConstraint(condition=models.Q(('cents__gte', 1)), name='payments_capture_cents'), models.CheckConstraint(condition=models.Q(('session', None), ('transfer', None), _connector='XOR'), name='payments_capture_way')],
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='orders.order')),
                ('capture', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payments.capture')),
                ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='orders.orderline')),
                ('quantity', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('cents', models.PositiveIntegerField()),
                ('reason', models.CharField(choices=[('ended', 'something of the order was not sent'), ('late', 'it came after the copies had gone'), ('owner', 'the shop’s decision'), ('provider', 'made at the provider')], max_length=8)),
                ('status', models.CharField(choices=[('asked', 'to be sent'), ('sent', 'on its way'), ('done', 'paid back'), ('failed', 'refused by the provider')], default='asked', max_length=8)),
                ('token', models.CharField(max_length=47)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('ref', models.CharField(blank=True, max_length=120)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('asked_at', models.DateTimeField()),
                ('began_at', models.DateTimeField(blank=True, null=True)),
                ('look_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status__in', ['asked', 'sent'])), fields=['look_at'], name='payments_refund_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['asked', 'sent', 'done', 'failed'])), name='payments_refund_status'), models.CheckConstraint(condition=models.Q(('reason__in', ['ended', 'late', 'owner', 'provider'])), name='payments_refund_reason'), models.UniqueConstraint(fields=('token',), name='payments_refund_token'), models.UniqueConstraint(condition=models.Q(('ref', ''), _negated=True), fields=('capture', 'ref'), name='payments_refund_once'), models.CheckConstraint(condition=models.Q(('cents__gte', 1)), name='payments_refund_cents')],
            },
        ),
    ]
