"""What is held unconfirmed is bounded, and what may not be held is asked for.

Only adds: the version before writes and reads its orders beside this one.
"""

from django.db import migrations, models

LINES = [
    ("held", "reserved"),
    ("asked", "asked for, not held yet"),
    ("to_order", "to be ordered by the shop"),
    ("collected", "collected"),
    ("not_found", "not on the shelf"),
    ("released", "given back"),
]
EVENTS = [
    ("placed", "placed"),
    ("confirmed", "confirmed"),
    ("set_aside", "set aside"),
    ("not_found", "not on the shelf"),
    ("collected", "collected"),
    ("cancelled", "cancelled"),
    ("expired", "expired"),
    ("reminded", "reminded"),
    ("let_go", "no longer held: nobody confirmed it in time"),
    ("chased", "the shop was asked to look"),
    ("deadline_moved", "deadline moved"),
    ("erased", "personal data erased"),
]
HOLDING = models.Q(status="unconfirmed", deadline__isnull=False)


def within(field: str, choices: list[tuple[str, str]]) -> models.Q:
    return models.Q(**{f"{field}__in": [value for value, _label in choices]})


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_verified_orders")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="address_key",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="order",
            name="range_key",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="order",
            name="held_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="orderline",
            name="status",
            field=models.CharField(choices=LINES, max_length=10),
        ),
        migrations.AlterField(
            model_name="orderevent",
            name="kind",
            field=models.CharField(choices=EVENTS, max_length=16),
        ),
        migrations.RemoveConstraint(model_name="orderline", name="orders_line_status"),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=within("status", LINES), name="orders_line_status"
            ),
        ),
        migrations.RemoveConstraint(model_name="orderevent", name="orders_event_kind"),
        migrations.AddConstraint(
            model_name="orderevent",
            constraint=models.CheckConstraint(
                condition=within("kind", EVENTS), name="orders_event_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=HOLDING, fields=["shop"], name="orders_order_unverified"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=HOLDING, fields=["address_key"], name="orders_order_address"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=HOLDING, fields=["range_key"], name="orders_order_range"
            ),
        ),
    ]
