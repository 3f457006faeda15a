"""Bands to begin with: what posting costs about, for a shop to change before it posts anything.

Prices are rounded up from what carriers' public tables say of small parcels (Colissimo 2023, raised
by 3.4 % a year); no carrier's price is meant, and none is looked up.
"""

from comptoir.quotes.operations.tariffs import BandSaid
from comptoir.quotes.places import Zone

_FRANCE = ((250, 550), (500, 750), (1000, 950), (2000, 1100), (5000, 1650))
_OVERSEAS = ((500, 1300), (1000, 2000), (2000, 2800))
_PACIFIC = ((500, 1600), (1000, 2700), (2000, 4500))
_EU = ((500, 1400), (1000, 1700), (2000, 1900))
_WORLD = ((500, 1900), (1000, 2700), (2000, 3700))

STARTING_BANDS = (
    # A letter is 3 cm thick at most.
    BandSaid(Zone.FRANCE, 250, 400, max_mm=30),
    *(
        BandSaid(zone, grams, cents, tracked=True)
        for zone, prices in (
            (Zone.FRANCE, _FRANCE),
            (Zone.OVERSEAS, _OVERSEAS),
            (Zone.PACIFIC, _PACIFIC),
            (Zone.EU, _EU),
            (Zone.WORLD, _WORLD),
        )
        for grams, cents in prices
    ),
)
STARTING_BOX = (80, 5)
"""What a box weighs (grams) and how thick it is (mm) to begin with."""
