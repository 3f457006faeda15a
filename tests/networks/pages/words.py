"""Makes what a network says, one call each."""

from datetime import datetime
from io import BytesIO

from django.utils import timezone
from PIL import Image

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.core.pictures.photo import read_photo
from comptoir.networks.models import Network, Picture, Publication
from comptoir.networks.operations.pages.banners import BannerRequest, raise_banner
from comptoir.networks.operations.pages.pictures import add_picture
from comptoir.networks.operations.pages.publications import Placing, Texts, write_publication
from comptoir.networks.pages.models import PublicationKind
from comptoir.shops.operations.circulars import send_circular


def write(
    network: Network,
    title: str = "Qui sommes-nous ?",
    body: str = "Des libraires.",
    *,
    kind: PublicationKind = PublicationKind.PAGE,
    of: Publication | None = None,
    publish: bool = True,
    after: int | None = None,
    actor: Actor = SYSTEM,
    now: datetime | None = None,
    placing: Placing | None = None,
    **texts: str,
) -> Publication:
    """Return a page, or a news item, written by the system unless said otherwise."""
    return write_publication(
        network=network,
        publication_id=of.pk if of else None,
        kind=kind,
        texts=Texts(title=title, body=body, **texts),
        placing=placing or Placing(),
        after=(of.latest if of else 0) if after is None else after,
        publish=publish,
        actor=actor,
        now=now or timezone.now(),
    )


def image(colour: str = "navy", side: int = 40) -> BytesIO:
    """Return a small JPEG."""
    target = BytesIO()
    Image.new("RGB", (side, side), colour).save(target, "JPEG")
    target.seek(0)
    return target


def picture(network: Network, colour: str = "navy") -> Picture:
    """Return a picture of a network."""
    photo = read_photo(image(colour))
    return add_picture(network=network, photo=photo, alt="Une vitrine", actor=SYSTEM)


def speak(network: Network) -> dict[str, str]:
    """Have a network say one of each thing, and return what stands in the addresses of them."""
    page = write(network)
    item = write(network, "Nouvelles", kind=PublicationKind.NEWS)
    banner = raise_banner(
        network=network, request=BannerRequest(text="Lundi"), actor=SYSTEM, now=timezone.now()
    )
    sent = send_circular(
        network=network, title="Bonjour", body="Lisez.", actor=SYSTEM, now=timezone.now()
    )
    return {
        "slug:page": page.slug,
        "slug:item": item.slug,
        "int:publication_id": str(page.pk),
        "int:picture_id": str(picture(network).pk),
        "int:banner_id": str(banner.pk),
        "int:circular_id": str(sent.pk),
    }
