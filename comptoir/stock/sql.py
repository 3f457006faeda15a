"""Fragments of SQL that several statements of the stock share."""

METRES = """2 * %(earth)s * asin(least(1, sqrt(
        sin(radians(s.latitude - %(latitude)s) / 2) ^ 2
        + cos(radians(%(latitude)s)) * cos(radians(s.latitude))
          * sin(radians(s.longitude - %(longitude)s) / 2) ^ 2)))"""
"""`shops.places.metres` from a point to the shop `s`; `earth` is its `EARTH_RADIUS_M`."""


def clock_of(offer: str, new: str, used: str) -> str:
    """Return which of its shop's two clocks (`ShopClock`) an offer goes by."""
    return f"CASE WHEN {offer}.condition = 'new' THEN {new} ELSE {used} END"


def known_at(offer: str, new: str, used: str) -> str:
    """Return the moment of an offer's figure: the later of its own and its shop's clock."""
    return f"greatest({offer}.as_of, {clock_of(offer, new, used)})"


AS_OF = known_at("o", "c.new_as_of", "c.used_as_of")
"""`known_at` of the offer `o`, whose shop's clock is `c` (perhaps missing: a left join)."""
