"""Look at the rows that stood when 0016 made their constraints anew, wider: nobody is locked out
meanwhile."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0016_posting"),
    ]

    operations = [
        ValidateConstraint(model_name="order", name="orders_order_status"),
        ValidateConstraint(model_name="order", name="orders_order_delivery"),
        ValidateConstraint(model_name="order", name="orders_order_ended"),
        ValidateConstraint(model_name="orderevent", name="orders_event_kind"),
        ValidateConstraint(model_name="orderline", name="orders_line_status"),
        ValidateConstraint(model_name="orderline", name="orders_line_held"),
    ]
