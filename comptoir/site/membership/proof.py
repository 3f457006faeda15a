"""The links of the mails about a request: it was me; it is us, or it is not.

To look is no tap: programs that read mails follow their links.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comptoir.core.errors import NotFound
from comptoir.notifications.reads import masked
from comptoir.shops.models import JoinRequest
from comptoir.shops.operations.requests import answer_for_shop, confirm_request
from comptoir.shops.operations.requests.proof import find_by_asker, find_by_shop

GONE = 410


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, link: str) -> HttpResponse:
    """Confirm a request from the mailbox of who asks."""
    return _answer(request, "join_confirm", link, find_by_asker, lambda: confirm_request(link=link))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, link: str) -> HttpResponse:
    """Say from the shop's own mailbox whether it is it who asks."""
    ours = request.POST.get("answer") == "yes"
    verb = lambda: answer_for_shop(link=link, ours=ours)  # noqa: E731 - bound to what was tapped
    return _answer(request, "join_verify", link, find_by_shop, verb)


def _answer(
    request: HttpRequest,
    template: str,
    link: str,
    find: Callable[[str], JoinRequest],
    verb: Callable[[], JoinRequest],
) -> HttpResponse:
    """Show what a link asks, or what came of the answer."""
    done = request.method == "POST"
    try:
        if done:
            verb()
        asked = find(link)
    except NotFound as over:
        return render(request, f"site/{template}.html", {"over": str(over)}, status=GONE)
    asker = f"{asked.asker_name} ({masked(asked.asker_email)})"
    context = {"asked": asked, "asker": asker, "done": done}
    return render(request, f"site/{template}.html", context)
