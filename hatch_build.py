"""Build hooks: the dependencies come from requirements/*.in, the catalogues are compiled, and a
wheel knows its version."""

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

_NO_DAY = datetime(1970, 1, 1, tzinfo=UTC)


class Dependencies(MetadataHookInterface):
    """Reads the runtime dependencies from the lists that the lock is made from."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill `dependencies` and the extra `embedded` from the list of each."""
        metadata["dependencies"] = self._list("base")
        metadata["optional-dependencies"] = {"embedded": self._list("embedded")}

    def _list(self, name: str) -> list[str]:
        text = Path(self.root, "requirements", f"{name}.in").read_text(encoding="utf-8")
        return [line.strip() for line in text.splitlines() if line.strip()]


class Build(BuildHookInterface[Any]):
    """Compiles the translations, so that a wheel carries what Django reads, and its version."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write a `.mo` beside every `.po`; of a wheel that is no window on this tree, also
        `comptoir/_version.py`, which `comptoir.version` reads."""
        if self.target_name == "wheel" and version != "editable":
            self._note_version(build_data)
        self._compile()

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove what was written for the build alone."""
        if self._folder:
            shutil.rmtree(self._folder)

    _folder = ""

    def _note_version(self, build_data: dict[str, Any]) -> None:
        self._folder = tempfile.mkdtemp(prefix="comptoir-build-")
        path = Path(self._folder, "_version.py")
        text = f'"""Written when the package was built."""\n\nVERSION = "{self.metadata.version}"\n'
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)
        build_data["force_include"][str(path)] = "comptoir/_version.py"

    def _compile(self) -> None:
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        for source in Path(self.root, "comptoir").glob("*/locale/*/LC_MESSAGES/*.po"):
            # Put in place whole: a process that starts meanwhile must not read half a catalogue.
            with source.open("rb") as po, tempfile.TemporaryDirectory(dir=source.parent) as folder:
                made = Path(folder, source.stem)
                catalogue = read_po(po, locale=source.parent.parent.name)
                # Where a file names no day, Babel writes this minute: two builds would differ.
                catalogue.creation_date = _NO_DAY
                with made.open("wb") as mo:
                    write_mo(mo, catalogue)
                made.replace(source.with_suffix(".mo"))


def get_metadata_hook() -> type[MetadataHookInterface]:
    """Tell hatchling which class is the metadata hook."""
    return Dependencies


def get_build_hook() -> type[BuildHookInterface[Any]]:
    """Tell hatchling which class is the build hook."""
    return Build
