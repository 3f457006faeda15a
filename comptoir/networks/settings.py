"""What a network decides for itself; the rest is the installation's or each shop's own
(`docs/architecture.md`, *Who decides what*)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Brand:
    """How a portal looks beside its name: `accent` is its colour (`#rrggbb`; empty: the
    installation's), `logo` what its picture is called (`Logo.digest`; empty: none), with its width
    and height in pixels."""

    accent: str = ""
    logo: str = ""
    logo_width: int = 0
    logo_height: int = 0

    @property
    def colour(self) -> str:
        """The accent as addresses name it."""
        return self.accent.removeprefix("#")


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """`about` is a sentence that its list of shops begins with, `website` the association's own;
    the rest is how its portal looks (`Brand`)."""

    about: str = ""
    website: str = ""
    accent: str = ""
    logo: str = ""
    logo_width: int = 0
    logo_height: int = 0

    @property
    def brand(self) -> Brand:
        """How its portal looks."""
        return Brand(self.accent, self.logo, self.logo_width, self.logo_height)


def read_settings(stored: Mapping[str, Any]) -> NetworkSettings:
    """Return the settings of a network as they are stored; what a later version may have added
    there is passed over."""
    known = {each.name for each in fields(NetworkSettings)}
    return NetworkSettings(**{name: value for name, value in stored.items() if name in known})
