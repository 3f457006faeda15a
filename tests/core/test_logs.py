"""The log tells no secret of a customer."""

import logging

import pytest
from django.conf import settings
from django.test import Client

from comptoir.core.console import DiscreetFormatter

TOKEN = "s3cr3t-of_somebody"


def test_the_log_is_written_discreetly() -> None:
    formatters = [handler.formatter for handler in logging.getLogger().handlers]
    assert any(isinstance(formatter, DiscreetFormatter) for formatter in formatters)
    assert settings.LOGGING["root"]["handlers"] == ["stderr"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "read"),
    [
        (f"/reservation/{TOKEN}/annuler", "comptoir.site.orders.order_by_token"),
        (f"/reservation/{TOKEN}/confirmer/{TOKEN}", "comptoir.site.orders.order_to_confirm"),
        (f"/api/v1/orders/{TOKEN}", "comptoir.api.routes.orders.order_by_token"),
        (f"/tills/square/{TOKEN}", "comptoir.api.routes.tills.take_call"),
    ],
)
def test_a_page_that_breaks_is_logged_without_its_secret(
    path, read, monkeypatch, settings, caplog
) -> None:
    settings.RATE_LIMITS = False

    def broken(*_secrets: str, **_more: object) -> None:
        raise ZeroDivisionError(path)

    monkeypatch.setattr(read, broken)
    client = Client(raise_request_exception=False)
    ask = client.post if path.startswith("/tills/") else client.get
    assert ask(path).status_code == 500
    plain, discreet = (
        "".join(formatter.format(record) for record in caplog.records)
        for formatter in (logging.Formatter(), DiscreetFormatter())
    )
    assert TOKEN in plain
    assert "ZeroDivisionError" in discreet
    assert TOKEN not in discreet
