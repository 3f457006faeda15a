"""Whose address counts, behind proxies and without."""

import pytest
from django.test import RequestFactory

from comptoir.core.limits import client_address

SPOOFED = "203.0.113.9, 198.51.100.7"


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, SPOOFED, "127.0.0.1"),
        (1, SPOOFED, "198.51.100.7"),
        (2, SPOOFED, "203.0.113.9"),
        (3, SPOOFED, "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "2001:db8::7", "2001:db8::7"),
    ],
)
def test_only_what_a_trusted_proxy_wrote_is_believed(settings, proxies, header, address) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": header})
    assert client_address(request) == address
