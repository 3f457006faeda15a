"""From when to when shops belonged to networks: figures count what members took in while they were
members, and a membership that ended leaves no row of its own."""

from datetime import date

from django.db import transaction

from comptoir.core.db import execute
from comptoir.core.locks import Space, lock
from comptoir.figures.models import YearSums

_BEGIN = """
INSERT INTO figures_memberspan (network_id, shop_id, first_day)
SELECT m.network_id, m.shop_id, (m.since AT TIME ZONE s.time_zone)::date
FROM shops_membership m JOIN shops_shop s ON s.id = m.shop_id
ON CONFLICT (network_id, shop_id) WHERE last_day IS NULL DO NOTHING
"""
_END = """
UPDATE figures_memberspan f SET last_day = greatest(%(today)s, f.first_day)
WHERE last_day IS NULL AND NOT EXISTS (
  SELECT FROM shops_membership m WHERE m.network_id = f.network_id AND m.shop_id = f.shop_id)
"""


@transaction.atomic
def follow_memberships(*, today: date) -> None:
    """Note which memberships began and ended since the last time; one that ended, `today`.

    Guard: none, a step of counting. Locks: the turn (`FIGURES`). Writes: the spans; deletes
    sums of years where one changed. Announces nothing.
    """
    lock(Space.FIGURES)
    if execute(_END, {"today": today}) + execute(_BEGIN):
        YearSums.objects.all().delete()
