"""What the company registry says of the SIRET of a request, asked outside of the page's answer."""

from django.conf import settings

from comptoir.core.errors import DomainError
from comptoir.shops.models import JoinRequest
from comptoir.shops.operations.placement import service_url
from comptoir.shops.operations.requests.proof import siret_of
from comptoir.shops.requests.models import RegistryWord
from comptoir.shops.sources import registry
from comptoir.shops.sources.registry import Establishment
from comptoir.shops.sources.service import Service


def ask_about(*, request_id: int) -> JoinRequest | None:
    """Ask the company registry about the SIRET of a request, and keep what it says of it: whether
    it is active, and where. One that does not answer is no obstacle: that it did not is kept too.

    Guard: none, a job's. Locks nothing. Writes: the request.
    """
    request = JoinRequest.objects.select_related("shop").filter(pk=request_id).first()
    if request is None:
        return None
    try:
        url = service_url(settings.REGISTRY_URL, "COMPTOIR_REGISTRY")
        found = registry.by_siret(Service(url, registry.A_SECOND), siret_of(request))
    except DomainError:
        word, says = RegistryWord.DOWN, ""
    else:
        word, says = _word(found)
    # Only these: somebody may answer the request at the same time.
    JoinRequest.objects.filter(pk=request.pk).update(registry=word, registry_says=says)
    request.registry, request.registry_says = word, says
    return request


def _word(found: Establishment | None) -> tuple[RegistryWord, str]:
    if found is None:
        return RegistryWord.UNKNOWN, ""
    if not found.active:
        return RegistryWord.CLOSED, found.label[:400]
    return (RegistryWord.HIDDEN, "") if found.hidden else (RegistryWord.ACTIVE, found.label[:400])
