"""What a shop is and may say of itself: kinds, services, access, roles, and within which limits."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid


class SpecialityKind(models.TextChoices):
    """What a shop is known for: the sections for which one comes from further away."""

    LITERATURE = "literature", _("Literature")
    CRIME = "crime", _("Crime fiction")
    IMAGINARY = "imaginary", _("Science fiction and fantasy")
    COMICS = "comics", _("Comics")
    MANGA = "manga", _("Manga")
    CHILDREN = "children", _("Children’s books")
    HUMANITIES = "humanities", _("Humanities")
    ARTS = "arts", _("Art and photography")
    PRACTICAL = "practical", _("Cooking, garden, crafts")
    NATURE = "nature", _("Nature and ecology")
    TRAVEL = "travel", _("Travel and maps")
    REGIONAL = "regional", _("Regional books")
    FOREIGN = "foreign", _("Books in other languages")
    SCHOOL = "school", _("School and university")
    SPIRITUAL = "spiritual", _("Religion and spirituality")
    QUEER = "queer", _("Feminist and LGBT+ books")
    OLD_BOOKS = "old_books", _("Second-hand and old books")
    SHEET_MUSIC = "sheet_music", _("Sheet music")
    JAZZ = "jazz", _("Jazz and blues")
    CLASSICAL = "classical", _("Classical music")
    CHANSON = "chanson", _("French chanson")
    ROCK = "rock", _("Rock and pop")
    METAL = "metal", _("Metal and punk")
    ELECTRONIC = "electronic", _("Electronic music")
    HIP_HOP = "hip_hop", _("Hip-hop, soul, funk")
    REGGAE = "reggae", _("Reggae and dub")
    WORLD = "world", _("Music of the world")
    SOUNDTRACKS = "soundtracks", _("Film and game music")
    OLD_VINYL = "old_vinyl", _("Second-hand vinyl")


class Wheelchair(models.TextChoices):
    """Whether one gets in with a wheelchair, as OpenStreetMap has it; empty: nobody said.

    Source: https://wiki.openstreetmap.org/wiki/Key:wheelchair
    """

    YES = "yes", _("Wheelchair access")
    LIMITED = "limited", _("Wheelchair access in part, or with help")
    NO = "no", _("No wheelchair access")


class StockShown(models.TextChoices):
    """What others may see of a shop's stock (`stock_standing` applies it)."""

    EXACT = "exact", _("how many copies there are")
    IN_STOCK = "in_stock", _("that a title is there")
    NOTHING = "nothing", _("nothing")


class ShopKind(models.TextChoices):
    """What a shop sells."""

    BOOKS = "books", _("Bookshop")
    RECORDS = "records", _("Record shop")
    BOTH = "both", _("Bookshop and record shop")


class RingsUp(models.TextChoices):
    """When a copy collected through Comptoir is rung up on the shop's own till."""

    AT_COLLECTION = "at_collection", _("at once, when it is collected")
    END_OF_DAY = "end_of_day", _("at the end of the day")
    NEVER = "never", _("never")


class ServiceKind(models.TextChoices):
    """What a shop offers besides its shelves."""

    CLICK_COLLECT = "click_collect", _("Reserve and collect")
    MAIL_ORDER = "mail_order", _("Mail order")
    PHONE_ORDERS = "phone_orders", _("Orders by phone")
    EMAIL_ORDERS = "email_orders", _("Orders by e-mail")
    DELIVERY = "delivery", _("Delivery nearby")
    SPECIAL_ORDERS = "special_orders", _("Orders from suppliers")
    SECOND_HAND = "second_hand", _("Second-hand")
    GIFT_WRAP = "gift_wrap", _("Gift wrapping")
    EVENTS = "events", _("Meetings and events")


class Zone(models.TextChoices):
    """A group of countries to which a shop posts, as carriers' tables have them. `france` is home:
    metropolitan France and Monaco, and for a shop overseas its own territory."""

    FRANCE = "france", _("France")
    OVERSEAS = "overseas", _("Overseas")
    PACIFIC = "pacific", _("Overseas, Pacific")
    EU = "eu", _("European Union")
    WORLD = "world", _("Other countries")


class StaffRole(models.TextChoices):
    """What a person may do in a shop: a manager also changes its settings."""

    STAFF = "staff", _("Bookseller or record dealer")
    MANAGER = "manager", _("Owner")


LIMITS = {
    "hold_days": (1, 30),
    "safety_stock": (0, 100),
    "asks_after": (0, 3),
    "told_delay": (0, 7 * 24 * 60),
    "confirm_after": (1, 30 * 24 * 60),
}
"""The least and the most of a shop's numbers: opening days, copies, reservations not collected,
minutes, minutes."""


def check_number(name: str, value: int) -> int:
    """Return a number within its `LIMITS`. Raises `Invalid` (`out_of_range`)."""
    least, most = LIMITS[name]
    if not least <= value <= most:
        raise Invalid(
            "out_of_range",
            _("%(name)s must be from %(least)d to %(most)d.")
            % {"name": name, "least": least, "most": most},
            field=name,
            least=least,
            most=most,
        )
    return value
