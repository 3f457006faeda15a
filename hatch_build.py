"""Build hooks: the dependencies come from requirements/base.in, the catalogues are compiled."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface


class Dependencies(MetadataHookInterface):
    """Reads the runtime dependencies from the one list the lock is made from."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill `dependencies` from `requirements/base.in`."""
        lines = Path(self.root, "requirements", "base.in").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [line.strip() for line in lines if line.strip()]


class Messages(BuildHookInterface[Any]):
    """Compiles the translations, so that a wheel carries what Django reads."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Write a `.mo` beside every `.po`."""
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        for source in Path(self.root, "comptoir").glob("*/locale/*/LC_MESSAGES/*.po"):
            with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
                write_mo(mo, read_po(po, locale=source.parent.parent.name))


def get_metadata_hook() -> type[MetadataHookInterface]:
    """Tell hatchling which class is the metadata hook."""
    return Dependencies


def get_build_hook() -> type[BuildHookInterface[Any]]:
    """Tell hatchling which class is the build hook."""
    return Messages
