"""The audit: who did what and when, where no other history records it, and who looked at whom.

A verb notes its deed in its own transaction. Deeds that have a history of their own (orders, stock,
fields of shops) are not noted twice: who reads the audit reads these beside it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import AuditEntry, acted_by

MOST_REASON = 300


def note(
    actor: Actor,
    deed: str,
    *,
    subject: models.Model | None = None,
    shop_id: int | None = None,
    network_id: int | None = None,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
    looked: bool = False,
) -> AuditEntry:
    """Record that somebody did something, and return the entry.

    `deed` is a word of the code (`appointed`); `subject` the row it was done to; `shop_id` and
    `network_id` whose business it is; `reason` what the actor gave for it; `facts` what JSON can
    carry, never personal data. `looked`: somebody read personal data of readers by it. Writes: the
    entry, in the caller's transaction.
    """
    return AuditEntry.objects.create(
        deed=deed,
        subject=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        shop_id=shop_id,
        network_id=network_id,
        reason=reason[:MOST_REASON],
        facts=dict(facts or {}),
        looked=looked,
        **acted_by(actor),
    )


def erase_old(*, now: datetime) -> int:
    """Delete entries older than `COMPTOIR_AUDIT_DAYS`; return how many. Locks: these entries.
    Source: RGPD, article 5(1)(e)."""
    limit = now - timedelta(days=settings.AUDIT_DAYS)
    return AuditEntry.objects.filter(at__lt=limit).delete()[0]
