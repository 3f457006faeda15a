"""The silences of tills: from when until when, and who was told."""

from django.db import models

from comptoir.stock.models.feeds import Feed


class FeedSilence(models.Model):
    """A time in which a feed said nothing for longer than it usually does.

    `heard_at` is when it spoke last, `noticed_at` when that was found to be too long ago;
    `ended_at` is empty while it lasts. A feed has one silence at a time, so whoever notices it
    again tells nobody again. `shop_told` says whether a mail could be written to the shop,
    `network_told_at` when the network was told.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="silences")
    heard_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    shop_told = models.BooleanField(default=False)
    network_told_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["feed"], condition=models.Q(ended_at=None), name="stock_silence_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.feed_id}: since {self.heard_at:%Y-%m-%d %H:%M}"
