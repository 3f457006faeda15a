"""How far the marks of offers are kept."""

from django.db import models


class AssortmentMark(models.Model):
    """Up to where the outbox was read for the marks (`xid`, `entry`), and up to which offer those
    that were there before were marked: one row."""

    xid = models.BigIntegerField()
    entry = models.BigIntegerField()
    offer = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.xid}:{self.entry}, {self.offer}"
