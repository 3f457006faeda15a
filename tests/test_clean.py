"""What a test with real transactions committed is gone afterwards, by whichever way it goes."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission

from comptoir.core.db import fetch
from comptoir.orders.operations import place
from tests import clean
from tests.factories import make_offer, make_shop, make_staff, request_for

pytestmark = pytest.mark.django_db(transaction=True)


def tables_with_rows() -> set[str]:
    """Return the tables of models that are ours to empty and have rows."""
    managed = [model for model in apps.get_models() if model._meta.managed]
    return {model._meta.db_table for model in managed if model._default_manager.exists()}


@pytest.mark.parametrize("large", [clean.LARGE_BYTES, 1], ids=["deleted", "truncated"])
def test_no_row_is_left_but_those_of_migrations(monkeypatch, large: int) -> None:
    monkeypatch.setattr(clean, "LARGE_BYTES", large)
    make_staff(make_offer().shop)
    made = {"shops_shop", "stock_offer", "catalogue_product", "accounts_user"}
    assert tables_with_rows() >= made
    clean.empty()
    assert tables_with_rows() == {"auth_permission", "django_content_type"}
    assert Permission.objects.exists()


def test_no_job_is_left_to_another_test() -> None:
    place(request_for(make_offer(), trusted=True))
    assert fetch("SELECT task_name FROM procrastinate_jobs", [])
    clean.empty()
    assert fetch("SELECT task_name FROM procrastinate_jobs", []) == []


def test_large_tables_and_small_ones_are_emptied_together(monkeypatch) -> None:
    """Shops fill pages; the orders that lead to them, whose name comes first, are few."""
    for _each in range(60):
        make_shop()
    place(request_for(make_offer(), trusted=True))
    monkeypatch.setattr(clean, "LARGE_BYTES", 8192 + 1)
    clean.empty()
    assert tables_with_rows() == {"auth_permission", "django_content_type"}
