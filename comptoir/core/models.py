"""The outbox (what changed, written in the transaction that changed it), counted attempts, and
which installation this is."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Cast, Now


class OutboxEntry(models.Model):
    """One thing that changed, for those who follow: the search index of each node, the webhooks,
    the readers' alerts, the pages that update themselves.

    `key` is that of a product whose titles' search changes, of an offer whose figures or price
    changed, or of one line of an order's history (`orders.OrderEvent`): of every line, once.

    `xid` is the writing transaction. A follower reads, in the order (xid, id), only the rows whose
    xid is below the oldest transaction still running: a transaction that commits late is then never
    skipped, which an ascending id alone would not promise.
    """

    class Topic(models.TextChoices):
        PRODUCT = "product"
        OFFER = "offer"
        ORDER = "order"

    xid = models.BigIntegerField(
        db_default=Cast(
            Cast(models.Func(function="pg_current_xact_id"), models.TextField()),
            models.BigIntegerField(),
        )
    )
    topic = models.CharField(max_length=20, choices=Topic.choices)
    key = models.BigIntegerField()
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "core_outbox"
        indexes = [
            models.Index(fields=["xid", "id"], name="core_outbox_order"),
            # By blocks: whoever writes an entry pays nothing for it, and rows lie in their order.
            BrinIndex(
                fields=["written_at"],
                autosummarize=True,
                pages_per_range=16,
                name="core_outbox_written",
            ),
        ]


class LimitCount(models.Model):
    """How often somebody did what has a limit (`core.limits`); `key` hashes the limit and who.

    The table is unlogged: its rows cost no write to the journal, and are gone after a crash of the
    database, which is all right for counts of a minute or a day.
    """

    key = models.BigIntegerField(primary_key=True)
    ends_at = models.DateTimeField()
    spent = models.PositiveIntegerField()

    class Meta:
        db_table = "core_limit"

    def __str__(self) -> str:
        return f"{self.key}: {self.spent}"


class Installation(models.Model):
    """Which database this is: one row, written when it is made and when it is told to speak.

    A copy holds the row of what it was copied from (`core.exits`). `mark` is of the database,
    `address` the public one of the site, where it is https.
    """

    id = models.SmallIntegerField(primary_key=True)
    mark = models.CharField(max_length=100)
    address = models.CharField(max_length=200, blank=True)
    noted_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.mark


class Node(models.Model):
    """A node that serves this database, or did within a month: where, of which version, and the
    mark of its secret key (`installation.nodes`)."""

    name = models.CharField(max_length=200)
    version = models.CharField(max_length=100)
    key_mark = models.CharField(max_length=32)
    first_seen_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "core_node"
        constraints = [
            models.UniqueConstraint(fields=["name", "version", "key_mark"], name="core_node_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Erasure(models.Model):
    """The proof of one run over the table of what is kept: of which rows how much went (`gone`),
    what was past its date behind it (`left`, nothing when all is well), which erasers failed.
    `day` is the moment that counted as now. Figures by the names of columns; no person.
    """

    at = models.DateTimeField(db_default=Now())
    day = models.DateTimeField()
    gone = models.JSONField(default=dict)
    left = models.JSONField(default=dict)
    failures = models.JSONField(default=list)

    class Meta:
        db_table = "core_erasure"
        indexes = [models.Index(fields=["-at"], name="core_erasure_at")]

    def __str__(self) -> str:
        return f"erasure {self.at:%Y-%m-%d}"

    @property
    def total(self) -> int:
        """How many things went."""
        return sum(self.gone.values())

    @property
    def is_clean(self) -> bool:
        """Whether nothing was left past its date, and nothing failed."""
        return not self.left and not self.failures
