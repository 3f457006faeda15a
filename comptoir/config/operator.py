"""Who runs this installation: they are told its version and how it does, and nobody else."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.crypto import constant_time_compare

_OF_A_PROXY = (
    *("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO"),
    *("HTTP_X_FORWARDED_PORT", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA"),
)


def asks_as_operator(request: HttpRequest) -> bool:
    """Return whether who asks runs this installation: from this very machine, or with the bearer
    token `settings.STATUS_TOKEN`.

    What came by a proxy is not from this machine, though the proxy's connection is: it names whom
    it speaks for, or the site's public name. Without a token set, none is right.
    """
    return _has_token(request) or _is_from_here(request)


def _has_token(request: HttpRequest) -> bool:
    scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    expected = settings.STATUS_TOKEN
    return bool(
        expected
        and scheme.lower() == "bearer"
        and constant_time_compare(token.strip().encode(), expected.encode())
    )


def _is_from_here(request: HttpRequest) -> bool:
    if any(name in request.META for name in _OF_A_PROXY):
        return False
    name, _port = split_domain_port(request.get_host())
    return name in settings.LOOPBACK_HOSTS and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_loopback
