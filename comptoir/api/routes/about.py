"""What this installation is, and where its shops are: for others that would ask it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop as _
from ninja import Router

from comptoir.api.documents import or_unchanged
from comptoir.api.render import public
from comptoir.api.schemas import AboutOut, CircleOut
from comptoir.neighbours.area import area_of
from comptoir.shops.memory import directory

router = Router(tags=[_("Neighbours")], by_alias=True)


@router.get(
    "/about",
    response=or_unchanged(AboutOut),
    summary=_("What this installation is, and where its shops are"),
)
def about(request: HttpRequest) -> HttpResponse:
    body = AboutOut(
        name=settings.SITE_NAME,
        url=settings.BASE_URL,
        search_page=settings.BASE_URL + reverse("site:search"),
        area=[
            CircleOut(latitude=each.latitude, longitude=each.longitude, radius_km=each.radius_km)
            for each in area_of(directory())
        ],
    )
    return public(request, body, seconds=3600)
