"""The page that leads to a second factor whoever works for a network and has none."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comptoir.accounts.factor import has_factor, is_waived
from comptoir.accounts.models import User


@never_cache
@require_safe
def factor(request: HttpRequest) -> HttpResponse:
    """Say which factors there are and lead to them; who has one, or needs none, goes on."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    onwards = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(onwards, {request.get_host()}):
        onwards = reverse("office:home")
    if is_waived() or has_factor(request.user):
        return redirect(onwards)
    return render(request, "office/factor.html", {"onwards": onwards})
