"""What the worker does, one after the other."""

from django.utils import timezone

from comptoir.webhooks import sender, worker


def send_due(limit: int = 1000) -> int:
    """Send what is due now; return how many tries that were."""
    for number in range(limit):
        delivery = sender.claim(timezone.now())
        if delivery is None:
            return number
        worker._serve(delivery)
    return limit
