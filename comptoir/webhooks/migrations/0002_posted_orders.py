"""Messages about orders that are posted. The rows that stand are looked at by the next migration."""

import django.contrib.postgres.fields
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shops', '0014_stock_for_colleagues'),
        ('webhooks', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='message',
            name='webhooks_message_event',
        ),
        migrations.AlterField(
            model_name='endpoint',
            name='events',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('stock.changed', 'stock changed'), ('order.placed', 'order placed'), ('order.confirmed', 'order confirmed'), ('order.set_aside', 'order set aside'), ('order.not_found', 'copy not on the shelf'), ('order.collected', 'order collected'), ('order.paid', 'order paid'), ('order.prepared', 'order ready to be posted'), ('order.sent_in_part', 'order posted in part'), ('order.shipped', 'order posted'), ('order.delivered', 'order delivered'), ('order.taken_back', 'copies taken back'), ('order.revived', 'order taken up again'), ('order.cancelled', 'order cancelled'), ('order.expired', 'order expired'), ('order.deadline_moved', 'deadline moved'), ('webhook.test', 'test')], max_length=30), size=None),
        ),
        migrations.AlterField(
            model_name='message',
            name='event',
            field=models.CharField(choices=[('stock.changed', 'stock changed'), ('order.placed', 'order placed'), ('order.confirmed', 'order confirmed'), ('order.set_aside', 'order set aside'), ('order.not_found', 'copy not on the shelf'), ('order.collected', 'order collected'), ('order.paid', 'order paid'), ('order.prepared', 'order ready to be posted'), ('order.sent_in_part', 'order posted in part'), ('order.shipped', 'order posted'), ('order.delivered', 'order delivered'), ('order.taken_back', 'copies taken back'), ('order.revived', 'order taken up again'), ('order.cancelled', 'order cancelled'), ('order.expired', 'order expired'), ('order.deadline_moved', 'deadline moved'), ('webhook.test', 'test')], max_length=30),
        ),
        AddConstraintNotValid(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('event__in', ['stock.changed', 'order.placed', 'order.confirmed', 'order.set_aside', 'order.not_found', 'order.collected', 'order.paid', 'order.prepared', 'order.sent_in_part', 'order.shipped', 'order.delivered', 'order.taken_back', 'order.revived', 'order.cancelled', 'order.expired', 'order.deadline_moved', 'webhook.test'])), name='webhooks_message_event'),
        ),
    ]
