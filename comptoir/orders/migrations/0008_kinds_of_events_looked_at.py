"""Look at the lines of history that stood when `orders_event_kind` was made anew: nobody is locked
out meanwhile."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0007_reservations_that_follow_a_shop"),
    ]

    operations = [
        ValidateConstraint(model_name="orderevent", name="orders_event_kind"),
    ]
