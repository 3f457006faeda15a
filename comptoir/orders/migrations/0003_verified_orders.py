from django.db import migrations, models

# Only what their person confirmed by the link of its mail: what a known address placed without one,
# anybody may have typed.
CONFIRMED = """
UPDATE orders_order o SET verified = true
WHERE ended_at IS NULL AND email_key <> ''
  AND EXISTS (SELECT FROM orders_orderevent e WHERE e.order_id = o.id AND e.kind = 'confirmed')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0002_every_till'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='verified',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL(CONFIRMED, migrations.RunSQL.noop),
    ]
