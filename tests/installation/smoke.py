"""What an installation does all day, once: run by the version before on what this one migrated.

It is run as a program, with the code of one commit, on a database that another one migrated:
`python -m tests.installation.smoke`. Search, reserve, confirm, set aside, hand over, report stock.
"""

import io
import os
from pathlib import Path

import comptoir


def main() -> None:
    """Do it all, and say so. Raises what goes wrong."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    from comptoir.orders.checks import problems as wrong_orders
    from comptoir.orders.models import OrderStatus
    from comptoir.orders.operations import collect, place, set_aside
    from comptoir.search import builder
    from comptoir.stock.shelf.checks import problems as wrong_stock
    from tests.factories import confirm_by_mail, make_offer, request_for, staff_of, take_file

    offer = make_offer(on_hand=3)
    actor = staff_of(offer.shop)
    builder.rebuild()
    client = Client()
    for path in ("/", f"/recherche?q={offer.product.ean}", f"/boutiques/{offer.shop.slug}"):
        answer = client.get(path)
        assert answer.status_code in {200, 302}, (path, answer.status_code)
    order = confirm_by_mail(place(request_for(offer)))
    set_aside(order_id=order.pk, actor=actor)
    assert collect(order_id=order.pk, actor=actor).status == OrderStatus.COLLECTED
    report = take_file(
        shop=offer.shop,
        stream=io.BytesIO(f"ean,quantity\n{offer.product.ean},7\n".encode()),
        actor=actor,
        format="csv",
        file_name="stock.csv",
    )
    assert report.pk
    offer.refresh_from_db()
    assert offer.on_hand == 7, offer.on_hand
    assert [*wrong_stock(), *wrong_orders()] == []
    print(f"All of it went well with {Path(comptoir.__file__).parents[1]}.")  # noqa: T201


if __name__ == "__main__":
    main()
