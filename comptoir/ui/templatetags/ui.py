"""Template tags and filters that every page may use."""

from django import template

from comptoir.core.money import format_cents

register = template.Library()


@register.filter
def price(cents: int | None) -> str:
    """Return a price as people write it, or nothing when there is none."""
    return "" if cents is None else format_cents(cents)
