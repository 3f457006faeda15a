"""The models take the trade's words; every table and column keeps its name.

Nothing changes in the database, so the version before works beside this one. Django's table of
content types gets the new names beside the old ones, which nothing refers to.
"""

import django.db.models.deletion
from django.db import migrations, models

RENAMED = {
    "FeedRun": ("Report", "stock_feedrun"),
    "Trial": ("Upload", "stock_trial"),
    "TrialPiece": ("UploadPiece", "stock_trialpiece"),
    "ShopRecord": ("TrackRecord", "stock_shoprecord"),
    "AskedFor": ("Demand", "stock_askedfor"),
    "CountSession": ("StockCount", "stock_countsession"),
    "TillItem": ("TillArticle", "stock_tillitem"),
}


class Migration(migrations.Migration):
    dependencies = [("stock", "0002_every_till")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint("TrialPiece", "stock_trial_piece_once"),
                *(migrations.RenameModel(old, new) for old, (new, _table) in RENAMED.items()),
                *(migrations.AlterModelTable(new, table) for new, table in RENAMED.values()),
                migrations.RenameField("KeptLine", "run", "report"),
                migrations.RenameField("Upload", "run", "report"),
                migrations.RenameField("UploadPiece", "trial", "upload"),
                migrations.RenameField("Offer", "told_by", "reported_by"),
                migrations.RenameField("TrackRecord", "told_every", "reported_every"),
                migrations.AlterField(
                    model_name="keptline",
                    name="report",
                    field=models.ForeignKey(
                        db_column="run_id",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept_lines",
                        to="stock.report",
                    ),
                ),
                migrations.AlterField(
                    model_name="offer",
                    name="reported_by",
                    field=models.ForeignKey(
                        blank=True,
                        db_column="told_by_id",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="offers",
                        to="stock.feed",
                    ),
                ),
                migrations.AlterField(
                    model_name="report",
                    name="feed",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="stock.feed",
                    ),
                ),
                migrations.AlterField(
                    model_name="trackrecord",
                    name="reported_every",
                    field=models.PositiveIntegerField(
                        blank=True, db_column="told_every", null=True
                    ),
                ),
                migrations.AlterField(
                    model_name="upload",
                    name="report",
                    field=models.OneToOneField(
                        blank=True,
                        db_column="run_id",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="upload",
                        to="stock.report",
                    ),
                ),
                migrations.AlterField(
                    model_name="upload",
                    name="shop",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uploads",
                        to="shops.shop",
                    ),
                ),
                migrations.AlterField(
                    model_name="uploadpiece",
                    name="upload",
                    field=models.ForeignKey(
                        db_column="trial_id",
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="stock.upload",
                    ),
                ),
                migrations.AddConstraint(
                    "UploadPiece",
                    models.UniqueConstraint(
                        fields=["upload", "number"], name="stock_trial_piece_once"
                    ),
                ),
            ],
        ),
    ]
