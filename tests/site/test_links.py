"""The links that mails hold, as they arrive: whole or damaged."""

import pytest

from comptoir.orders.models import Order, OrderStatus
from tests.site.flows import choose, send, text
from tests.site.test_reserving import confirm_path


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path[:-1],
        lambda path: path[:-20],
        lambda path: f"{path}>",
        lambda path: f"{path[:-1]}!",
        lambda path: path.rpartition("/")[0] + "/",
        lambda path: path.rpartition("/")[0],
        lambda path: path.replace("/confirmer/", "x/confirmer/"),
        lambda path: f"{path}/plus",
    ],
)
def test_a_damaged_link_says_so_and_what_to_do(client, street, method, damage) -> None:
    order = Order.objects.get(
        token=send(client, choose(client, street.offer)).url.rsplit("/", 1)[1]
    )
    response = getattr(client, method)(damage(confirm_path(order)))
    assert response.status_code == 404
    assert "lien est incomplet ou abîmé" in text(response)
    assert "copiez toute la ligne" in text(response)
    order.refresh_from_db()
    assert order.status == OrderStatus.UNCONFIRMED


def test_a_cut_address_of_a_reservation_is_a_damaged_link(client, street) -> None:
    url = send(client, choose(client, street.offer)).url
    for path in (url[:-3], f"{url[:-3]}/annuler"):
        response = client.get(path)
        assert response.status_code == 404
        assert "lien est incomplet" in text(response)
