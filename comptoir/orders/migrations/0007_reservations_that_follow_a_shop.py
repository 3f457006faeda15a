"""A line of an order's history may say that another shop keeps it.

The lines that stand are looked at by the next migration: here readers and writers are locked out,
and there may be millions.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0006_alerts_of_shops'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='orderevent',
            name='orders_event_kind',
        ),
        migrations.AlterField(
            model_name='orderevent',
            name='kind',
            field=models.CharField(choices=[('placed', 'placed'), ('confirmed', 'confirmed'), ('set_aside', 'set aside'), ('not_found', 'not on the shelf'), ('collected', 'collected'), ('cancelled', 'cancelled'), ('expired', 'expired'), ('reminded', 'reminded'), ('let_go', 'no longer held: nobody confirmed it in time'), ('chased', 'the shop was asked to look'), ('deadline_moved', 'deadline moved'), ('shop_moved', 'kept by another shop from now on'), ('erased', 'personal data erased')], max_length=16),
        ),
        AddConstraintNotValid(
            model_name='orderevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['placed', 'confirmed', 'set_aside', 'not_found', 'collected', 'cancelled', 'expired', 'reminded', 'let_go', 'chased', 'deadline_moved', 'shop_moved', 'erased'])), name='orders_event_kind'),
        ),
    ]
