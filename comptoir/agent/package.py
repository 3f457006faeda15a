"""The agent in one file that any Python ≥ 3.11 runs: `comptoir-agent.pyz`."""

import zipapp
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from comptoir import __version__

_OURS = ("__init__.py", "version.py", "core/__init__.py", "core/stillness.py")
_LIBRARIES = ("click", "truststore")
_START = "from comptoir.agent.commands import agent\n\nagent(prog_name='comptoir-agent')\n"


def write_zipapp(target: Path) -> None:
    """Write the agent and what it needs, as installed here, whole or not at all."""
    with TemporaryDirectory(dir=target.parent) as folder:
        inside, made = Path(folder, "inside"), Path(folder, "made")
        for name, source in _sources():
            place = inside / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(source.read_bytes())
        version = f'VERSION = "{__version__}"\n'
        (inside / "comptoir" / "_version.py").write_text(version, encoding="utf-8")
        (inside / "__main__.py").write_text(_START, encoding="utf-8")
        zipapp.create_archive(inside, made, "/usr/bin/env python3", compressed=True)
        made.replace(target)


def _sources() -> Iterator[tuple[str, Path]]:
    """Yield the name inside and the file of each module."""
    package = Path(__file__).resolve().parent
    for name in _OURS:
        yield f"comptoir/{name}", package.parent / name
    for path in package.glob("*.py"):
        yield f"comptoir/agent/{path.name}", path
    for library in _LIBRARIES:
        spec = find_spec(library)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(library, name=library)
        folder = Path(spec.origin).parent
        for path in folder.rglob("*.py"):
            yield f"{library}/{path.relative_to(folder).as_posix()}", path
