"""Who bought finds their papers once their order is erased; those of orders that are not yet are
given what finds them."""

from django.db import migrations, models

FIND = """
ALTER TABLE papers_paper DISABLE TRIGGER papers_paper_stays;
UPDATE papers_paper p SET buyer_key = o.email_key FROM orders_order o
    WHERE o.id = p.order_id AND o.email_key <> '';
ALTER TABLE papers_paper ENABLE TRIGGER papers_paper_stays;
"""


class Migration(migrations.Migration):
    dependencies = [("papers", "0002_without_vat")]

    operations = [
        migrations.AddField(
            model_name="paper",
            name="buyer_key",
            field=models.CharField(
                blank=True, db_default="", db_index=True, default="", max_length=64
            ),
        ),
        migrations.RunSQL(FIND, migrations.RunSQL.noop),
    ]
