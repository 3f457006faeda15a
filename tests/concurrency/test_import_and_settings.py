"""A shop that changes its settings while its directory is imported keeps what it wrote."""

import threading

import pytest
from django.db import transaction

from comptoir.shops.models import Shop, StaffRole
from comptoir.shops.operations import SettingsChange, import_shops, imports, update_settings
from tests.concurrency.together import together, wait_until_waiting
from tests.factories import make_staff
from tests.patience import PATIENCE_SECONDS
from tests.shops.test_import import row, write

pytestmark = pytest.mark.django_db(transaction=True)

HOURS = "Mo-Sa 09:00-18:00"


def write_while_importing(tmp_path) -> Shop:
    """Let a manager change the hours while an import, which changes the street, waits for them."""
    report = tmp_path / "report.csv"
    import_shops(path=write(tmp_path / "shops.csv", row()), report=report)
    shop = Shop.objects.get()
    manager = make_staff(shop, StaffRole.MANAGER).actor
    more = write(tmp_path / "more.csv", row(street="5 rue Neuve"))
    written, go = threading.Event(), threading.Event()

    def settings() -> None:
        with transaction.atomic():
            update_settings(shop=shop, change=SettingsChange(opening_hours=HOURS), actor=manager)
            written.set()
            go.wait(PATIENCE_SECONDS)

    def importing() -> None:
        written.wait(PATIENCE_SECONDS)
        import_shops(path=more, report=report)

    def let_go() -> None:
        written.wait(PATIENCE_SECONDS)
        wait_until_waiting(1)
        go.set()

    assert together(settings, importing, let_go) == []
    shop.refresh_from_db()
    assert shop.street == "5 rue Neuve"
    return shop


def test_an_import_that_waited_for_a_shop_respects_what_it_wrote(tmp_path):
    assert write_while_importing(tmp_path).opening_hours == HOURS


def test_control_read_before_the_wait_it_is_undone(tmp_path, monkeypatch):
    fetched = imports.fetched
    monkeypatch.setattr(imports, "fetched", lambda known, lock: fetched(known, lock=False))
    assert write_while_importing(tmp_path).opening_hours != HOURS
