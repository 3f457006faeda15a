"""Mails deleted: because of their age, or with what they are about."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from comptoir.notifications.models import Message


def forget(*, about: Sequence[str]) -> None:
    """Delete the mails about these things, sent or not: their data is no longer needed."""
    Message.objects.filter(about__in=about).delete()


def erase_due(*, now: datetime) -> int:
    """Delete the mails written `COMPTOIR_ERASE_AFTER_DAYS` ago or more; return how many.

    Those of an order may go earlier, with its personal data (`forget`). Source: RGPD, article
    5(1)(e).
    """
    limit = now - timedelta(days=settings.ERASE_AFTER_DAYS)
    return Message.objects.filter(created_at__lte=limit).delete()[0]
