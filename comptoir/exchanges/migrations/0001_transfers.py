"""Copies that shops ask one another for, and what became of each."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0005_in_the_order_of_the_alphabet'),
        ('orders', '0015_customers_passed_on'),
        ('shops', '0014_stock_for_colleagues'),
        ('stock', '0011_copies_sent_over'),
    ]

    operations = [
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asking_shop', models.CharField(max_length=120)),
                ('giving_shop', models.CharField(max_length=120)),
                ('condition', models.CharField(choices=[('new', 'new'), ('M', 'used, mint (M)'), ('NM', 'used, near mint (NM)'), ('VG+', 'used, very good plus (VG+)'), ('VG', 'used, very good (VG)'), ('G+', 'used, good plus (G+)'), ('G', 'used, good (G)'), ('F', 'used, fair (F)'), ('P', 'used, poor (P)')], default='new', max_length=3)),
                ('quantity', models.PositiveSmallIntegerField(default=1)),
                ('status', models.CharField(choices=[('asked', 'asked for'), ('accepted', 'set aside, to be sent'), ('sent', 'on its way'), ('arrived', 'arrived'), ('refused', 'refused'), ('withdrawn', 'withdrawn'), ('expired', 'not answered or not sent in time'), ('lost', 'lost on the way')], max_length=10)),
                ('held', models.PositiveSmallIntegerField(default=0)),
                ('refusal', models.CharField(blank=True, choices=[('not_found', 'not on the shelf'), ('needed', 'we need it ourselves'), ('condition', 'in no state to be sent'), ('no_way', 'nobody can bring it over')], max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('asker', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='copies_asked', to='shops.shop')),
                ('giver', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='copies_lent', to='shops.shop')),
                ('offer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='transfers', to='stock.offer')),
                ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='transfers', to='orders.order')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='catalogue.product')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['asker', 'ended_at'], name='exchanges_transfer_asker'),
                    models.Index(fields=['giver', 'ended_at'], name='exchanges_transfer_giver'),
                    models.Index(condition=models.Q(('ended_at', None)), fields=['due_at'], name='exchanges_transfer_due'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('status__in', ['asked', 'accepted', 'sent', 'arrived', 'refused', 'withdrawn', 'expired', 'lost'])), name='exchanges_transfer_status'),
                    models.CheckConstraint(condition=models.Q(('condition__in', ['new', 'M', 'NM', 'VG+', 'VG', 'G+', 'G', 'F', 'P'])), name='exchanges_transfer_condition'),
                    models.CheckConstraint(condition=models.Q(('refusal__in', ['', 'not_found', 'needed', 'condition', 'no_way'])), name='exchanges_transfer_refusal'),
                    models.CheckConstraint(condition=models.Q(models.Q(('asker', None), _negated=True), models.Q(('giver', None), _negated=True), _connector='OR'), name='exchanges_transfer_side'),
                    models.CheckConstraint(condition=models.Q(('asker', None), ('giver', None), models.Q(('asker', models.F('giver')), _negated=True), _connector='OR'), name='exchanges_transfer_two_shops'),
                    models.CheckConstraint(condition=models.Q(models.Q(('held', models.F('quantity')), ('status', 'accepted')), models.Q(models.Q(('status', 'accepted'), _negated=True), ('held', 0)), _connector='OR'), name='exchanges_transfer_held'),
                    models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('status__in', ('asked', 'accepted', 'sent'))), models.Q(models.Q(('status__in', ('asked', 'accepted', 'sent')), _negated=True), models.Q(('ended_at', None), _negated=True)), _connector='OR'), name='exchanges_transfer_ended'),
                    models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='exchanges_transfer_quantity'),
                    models.UniqueConstraint(condition=models.Q(('status__in', ('asked', 'accepted'))), fields=('asker', 'giver', 'product', 'condition', 'order'), name='exchanges_transfer_once', nulls_distinct=False),
                ],
            },
        ),
        migrations.CreateModel(
            name='TransferStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('status', models.CharField(choices=[('asked', 'asked for'), ('accepted', 'set aside, to be sent'), ('sent', 'on its way'), ('arrived', 'arrived'), ('refused', 'refused'), ('withdrawn', 'withdrawn'), ('expired', 'not answered or not sent in time'), ('lost', 'lost on the way')], help_text='after the step', max_length=10)),
                ('happened_at', models.DateTimeField()),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='exchanges.transfer')),
            ],
            options={
                'ordering': ['happened_at', 'id'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('status__in', ['asked', 'accepted', 'sent', 'arrived', 'refused', 'withdrawn', 'expired', 'lost'])), name='exchanges_step_status'),
                ],
            },
        ),
    ]
