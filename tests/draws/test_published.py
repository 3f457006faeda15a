"""What a draw publishes: made anew for whoever asks, so counted."""

import pytest

from comptoir.core import limits
from comptoir.site.draws import draw as pages
from tests.factories import make_offer
from tests.releases.made import drawn

pytestmark = pytest.mark.django_db


def test_an_address_asks_for_a_draw_so_often(client, settings, monkeypatch):
    settings.RATE_LIMITS, settings.WORKERS = True, 1
    offer = make_offer(on_hand=2)
    draw = drawn(offer.shop, offer.product)
    monkeypatch.setattr(pages, "DATA_PER_ADDRESS", limits.Limit("draw_data_test", 2, 86_400))
    page = f"/tirages/{draw.pk}.json"
    statuses = [client.get(page, REMOTE_ADDR="198.51.100.7").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
