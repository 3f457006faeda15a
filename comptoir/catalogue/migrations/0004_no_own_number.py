"""No product of the region has for an EAN what a till numbers by itself.

Since `orders.0005_own_numbers_apart` no version writes one. What an older one shared again while it
still ran is split a last time; from the first step on nothing new can be shared. Rows are looked at
while others write (`VALIDATE CONSTRAINT` locks no reader and no writer out), hence each step commits
by itself; each may be run again.
"""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

# `core.identifiers.OWN_NUMBER` as it was when this was written.
OWN_NUMBER = "^(?:(?:2[0-9]|0[24])[0-9]{11}|[02][0-9]{7})$"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("catalogue", "0003_volumes_and_coming_prices"),
        ("orders", "0005_own_numbers_apart"),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("ean__regex", OWN_NUMBER), _negated=True),
                name="catalogue_product_no_own_number",
            ),
        ),
        migrations.RunSQL("SELECT orders_split_own_numbers()", migrations.RunSQL.noop),
        ValidateConstraint(model_name="product", name="catalogue_product_no_own_number"),
    ]
