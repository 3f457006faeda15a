"""Orders that are posted: what they cost, to where they go, and the moves of theirs.

The rows that stand are looked at by the next migration: here readers and writers are locked out.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0005_in_the_order_of_the_alphabet"),
        ("networks", "0004_pages_and_news"),
        ("orders", "0015_customers_passed_on"),
        ("shops", "0014_stock_for_colleagues"),
        ("stock", "0011_copies_sent_over"),
    ]

    operations = [
        migrations.CreateModel(
            name="LineCharge",
            fields=[
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="charge",
                        serialize=False,
                        to="orders.orderline",
                    ),
                ),
                ("scheme", models.CharField(max_length=8)),
                ("rate", models.PositiveSmallIntegerField(default=0)),
                ("unit_cents", models.PositiveIntegerField()),
                ("vat_cents", models.PositiveIntegerField(default=0)),
                ("rule", models.CharField(max_length=32)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scheme__in", ["rate", "margin", "export", "none"])),
                        name="orders_charge_scheme",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "rule__in",
                                [
                                    "publisher_price",
                                    "publisher_price_less_discount",
                                    "publisher_price_by_till",
                                    "publisher_price_decided",
                                    "free_price_sheet_music",
                                    "free_price_audiobook",
                                    "free_price",
                                    "used_price",
                                ],
                            )
                        ),
                        name="orders_charge_rule",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Portion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[
                            ("user", "user"),
                            ("reader", "reader"),
                            ("token", "token"),
                            ("feed", "feed"),
                            ("system", "system"),
                        ],
                        max_length=8,
                    ),
                ),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "fate",
                    models.CharField(
                        choices=[
                            ("sent", "Sent"),
                            ("not_found", "Not Found"),
                            ("taken_back", "Taken Back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("quantity", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="portions",
                        to="orders.orderline",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("fate__in", ["sent", "not_found", "taken_back"])),
                        name="orders_portion_fate",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="orders_portion_quantity"
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="PostageCharge",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="postage",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                ("cents", models.PositiveIntegerField()),
                ("rule", models.CharField(max_length=40)),
                ("grams", models.PositiveIntegerField(default=0)),
                ("mm", models.PositiveIntegerField(default=0)),
                (
                    "zone",
                    models.CharField(
                        choices=[
                            ("france", "France"),
                            ("overseas", "Overseas"),
                            ("pacific", "Overseas, Pacific"),
                            ("eu", "European Union"),
                            ("world", "Other countries"),
                        ],
                        max_length=8,
                    ),
                ),
                ("tracked", models.BooleanField(default=False)),
                ("day", models.DateField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "rule__in",
                                [
                                    "collected",
                                    "band",
                                    "least_for_new_books",
                                    "more_than_nothing",
                                    "collected_where_no_books_are_sold",
                                ],
                            )
                        ),
                        name="orders_postage_rule",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("zone__in", ["france", "overseas", "pacific", "eu", "world"])
                        ),
                        name="orders_postage_zone",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="PostageShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scheme", models.CharField(max_length=8)),
                ("rate", models.PositiveSmallIntegerField(default=0)),
                ("cents", models.PositiveIntegerField()),
                ("vat_cents", models.PositiveIntegerField(default=0)),
                (
                    "postage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="orders.postagecharge",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scheme__in", ["rate", "margin", "export", "none"])),
                        name="orders_share_scheme",
                    ),
                    models.UniqueConstraint(
                        fields=("postage", "scheme", "rate"), name="orders_share_of_tax"
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="PostalAddress",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="address",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("street", models.CharField(blank=True, max_length=120)),
                ("extra", models.CharField(blank=True, max_length=120)),
                ("postcode", models.CharField(blank=True, max_length=12)),
                ("city", models.CharField(blank=True, max_length=80)),
                ("country", models.CharField(max_length=2)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="orders_order_status",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="orders_order_delivery",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="orders_order_ended",
        ),
        migrations.RemoveConstraint(
            model_name="orderevent",
            name="orders_event_kind",
        ),
        migrations.RemoveConstraint(
            model_name="orderline",
            name="orders_line_held",
        ),
        migrations.RemoveConstraint(
            model_name="orderline",
            name="orders_line_status",
        ),
        migrations.AlterField(
            model_name="order",
            name="delivery",
            field=models.CharField(
                choices=[("collect", "collect in the shop"), ("mail", "by post")],
                default="collect",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="status",
            field=models.CharField(
                choices=[
                    ("unconfirmed", "waiting for confirmation"),
                    ("placed", "being prepared"),
                    ("set_aside", "ready to collect"),
                    ("collected", "collected"),
                    ("prepared", "ready to be posted"),
                    ("shipped", "posted"),
                    ("delivered", "delivered"),
                    ("not_found", "not on the shelf"),
                    ("cancelled", "cancelled"),
                    ("expired", "not collected in time"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="orderevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("placed", "placed"),
                    ("confirmed", "confirmed"),
                    ("set_aside", "set aside"),
                    ("not_found", "not on the shelf"),
                    ("collected", "collected"),
                    ("paid", "paid"),
                    ("prepared", "made ready to be posted"),
                    ("sent_in_part", "posted in part"),
                    ("shipped", "posted"),
                    ("delivered", "delivered"),
                    ("taken_back", "taken back"),
                    ("revived", "taken up again: the money came late"),
                    ("cancelled", "cancelled"),
                    ("expired", "expired"),
                    ("reminded", "reminded"),
                    ("let_go", "no longer held: nobody confirmed it in time"),
                    ("chased", "the shop was asked to look"),
                    ("deadline_moved", "deadline moved"),
                    ("shop_moved", "kept by another shop from now on"),
                    ("erased", "personal data erased"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="orderevent",
            name="status",
            field=models.CharField(
                choices=[
                    ("unconfirmed", "waiting for confirmation"),
                    ("placed", "being prepared"),
                    ("set_aside", "ready to collect"),
                    ("collected", "collected"),
                    ("prepared", "ready to be posted"),
                    ("shipped", "posted"),
                    ("delivered", "delivered"),
                    ("not_found", "not on the shelf"),
                    ("cancelled", "cancelled"),
                    ("expired", "not collected in time"),
                ],
                help_text="after the event",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="orderline",
            name="status",
            field=models.CharField(
                choices=[
                    ("held", "reserved"),
                    ("asked", "asked for, not held yet"),
                    ("to_order", "to be ordered by the shop"),
                    ("collected", "collected"),
                    ("sent", "posted"),
                    ("not_found", "not on the shelf"),
                    ("released", "given back"),
                ],
                max_length=10,
            ),
        ),
        AddConstraintNotValid(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "unconfirmed",
                            "placed",
                            "set_aside",
                            "collected",
                            "prepared",
                            "shipped",
                            "delivered",
                            "not_found",
                            "cancelled",
                            "expired",
                        ],
                    )
                ),
                name="orders_order_status",
            ),
        ),
        AddConstraintNotValid(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("delivery__in", ["collect", "mail"])),
                name="orders_order_delivery",
            ),
        ),
        AddConstraintNotValid(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at", None),
                        ("status__in", ("unconfirmed", "placed", "set_aside", "prepared")),
                    ),
                    models.Q(
                        models.Q(
                            ("status__in", ("unconfirmed", "placed", "set_aside", "prepared")),
                            _negated=True,
                        ),
                        models.Q(("ended_at", None), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="orders_order_ended",
            ),
        ),
        AddConstraintNotValid(
            model_name="orderevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "placed",
                            "confirmed",
                            "set_aside",
                            "not_found",
                            "collected",
                            "paid",
                            "prepared",
                            "sent_in_part",
                            "shipped",
                            "delivered",
                            "taken_back",
                            "revived",
                            "cancelled",
                            "expired",
                            "reminded",
                            "let_go",
                            "chased",
                            "deadline_moved",
                            "shop_moved",
                            "erased",
                        ],
                    )
                ),
                name="orders_event_kind",
            ),
        ),
        AddConstraintNotValid(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["held", "asked", "to_order", "collected", "sent", "not_found", "released"],
                    )
                ),
                name="orders_line_status",
            ),
        ),
        AddConstraintNotValid(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("held__gte", 1), ("held__lte", models.F("quantity")), ("status", "held")
                    ),
                    models.Q(models.Q(("status", "held"), _negated=True), ("held", 0)),
                    _connector="OR",
                ),
                name="orders_line_held",
            ),
        ),
    ]
