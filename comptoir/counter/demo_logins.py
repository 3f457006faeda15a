"""The demonstration's logins: only people all of whose shops are invented."""

from django.db.models import Q, QuerySet

from comptoir.accounts.models import User
from comptoir.core.errors import NotFound
from comptoir.core.identifiers import read_key
from comptoir.shops.models import Staff

SHOWN = 150


def demo_users() -> QuerySet[User]:
    """Return those who may be entered as without a code: staff of demonstration shops alone."""
    real = Staff.objects.filter(shop__demo=False).values("user_id")
    return User.objects.filter(
        is_active=True, is_staff=False, is_superuser=False, jobs__shop__demo=True
    ).exclude(pk__in=real)


def demo_jobs(text: str = "") -> list[Staff]:
    """Return who works in which demonstration shop, by town, narrowed to a town or shop's name."""
    jobs = Staff.objects.filter(shop__demo=True, user__in=demo_users())
    if text:
        jobs = jobs.filter(Q(shop__name__icontains=text) | Q(shop__city__icontains=text))
    ordered = jobs.select_related("shop", "user").order_by(
        "shop__city", "shop__name", "-role", "pk"
    )
    return list(ordered[:SHOWN])


def demo_user(key: str) -> User:
    """Return the person a key names. Raises `NotFound` for anybody who is not a demonstration."""
    number = read_key(key)
    user = demo_users().filter(pk=number).first() if number else None
    if user is None:
        raise NotFound("no_such_user", "")
    return user
