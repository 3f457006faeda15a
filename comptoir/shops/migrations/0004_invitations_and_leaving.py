"""Invitations, since when somebody works somewhere, shops that leave or are renamed. Nothing is
filled: a job from before has no day, and no shop has left yet."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shops", "0003_placed_in_town"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerSlug",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
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
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(blank=True, max_length=120)),
                (
                    "role",
                    models.CharField(
                        choices=[("staff", "Bookseller or record dealer"), ("manager", "Manager")],
                        default="staff",
                        max_length=8,
                    ),
                ),
                ("nonce", models.CharField(max_length=32)),
                ("sent_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="shop",
            name="ended_at",
            field=models.DateTimeField(
                blank=True,
                help_text="since when it has left; then it is paused",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="shop",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="shops.shop",
            ),
        ),
        migrations.AddField(
            model_name="staff",
            name="since",
            field=models.DateTimeField(
                blank=True, help_text="None: from before this was kept", null=True
            ),
        ),
        # In a second step: with a default from the start, jobs that stand would begin today.
        migrations.AlterField(
            model_name="staff",
            name="since",
            field=models.DateTimeField(
                blank=True,
                db_default=django.db.models.functions.datetime.Now(),
                help_text="None: from before this was kept",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at", None), ("paused_at__isnull", False), _connector="OR"
                ),
                name="shops_shop_ended_is_paused",
            ),
        ),
        migrations.AddField(
            model_name="formerslug",
            name="shop",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="former_slugs",
                to="shops.shop",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="shop",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="invitations",
                to="shops.shop",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["staff", "manager"])), name="shops_invitation_role"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                fields=("shop", "email"), name="shops_invitation_once"
            ),
        ),
    ]
