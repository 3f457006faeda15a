"""Copies leave for another shop too: one reason more, which the database knows.

Only lines that come are looked at: each of those that stand has one of the reasons of before.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

REASONS = ["told", "received", "sold", "collected", "sent", "not_found", "counted", "withdrawn"]


class Migration(migrations.Migration):
    dependencies = [
        ("stock", "0010_where_titles_stand_in_lists"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="stockmovement",
            name="stock_movement_reason",
        ),
        migrations.AlterField(
            model_name="stockmovement",
            name="reason",
            field=models.CharField(
                choices=[
                    ("told", "the till said so"),
                    ("received", "received"),
                    ("sold", "sold at the counter"),
                    ("collected", "collected by the reader"),
                    ("sent", "sent to another shop"),
                    ("not_found", "not on the shelf"),
                    ("counted", "counted by hand"),
                    ("withdrawn", "withdrawn from sale"),
                ],
                max_length=10,
            ),
        ),
        AddConstraintNotValid(
            model_name="stockmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", REASONS)), name="stock_movement_reason"
            ),
        ),
    ]
