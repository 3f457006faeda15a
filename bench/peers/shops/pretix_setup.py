"""Gives pretix one event with one product without end; prints the product's key and a token."""

from datetime import UTC, datetime, timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django_scopes import scopes_disabled  # noqa: E402
from pretix.base.models import Organizer  # noqa: E402

call_command("migrate", verbosity=0)
with scopes_disabled():
    organizer, _ = Organizer.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    event = organizer.events.first()
    if event is None:
        event = organizer.events.create(
            name="Bench",
            slug="bench",
            currency="EUR",
            date_from=datetime.now(UTC) + timedelta(days=30),
            live=True,
            plugins="pretix.plugins.manualpayment",
        )
        event.set_defaults()
        quota = event.quotas.create(name="all", size=None)
        quota.items.add(event.items.create(name="Title", default_price=10, admission=False))
    team, _ = organizer.teams.get_or_create(
        name="bench",
        defaults={
            "all_events": True,
            "all_event_permissions": True,
            "all_organizer_permissions": True,
        },
    )
    token = team.tokens.first() or team.tokens.create(name="bench")
    print(event.items.get().pk, token.token)
