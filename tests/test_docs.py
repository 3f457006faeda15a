"""What the documentation says is so: its commands exist, its links lead somewhere."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from comptoir.cli import main

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TOPS = [ROOT / "comptoir", ROOT]
ANYTHING = {"django"}
PLACES_OF_A_MACHINE = re.compile(
    r"(?<![\w.])/(?:[w]ork|[h]ome|[U]sers)/|(?<!\w)[s]hared/|[i]ndex-url"
)


def code_in(text: str) -> Iterator[str]:
    """Yield each line of the code blocks of a page, and each code span."""
    for block in re.finditer(r"^```[^\n]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        yield from block[1].replace("\\\n", " ").splitlines()
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    for line in prose.splitlines():
        if line.startswith("    "):
            yield line.strip()
        else:
            yield from re.findall(r"`([^`]+)`", line)


def commands_in(page: Path) -> list[str]:
    """Return the `comptoir …` commands of a page, without what a shell does around them."""
    found = []
    for code in code_in(page.read_text(encoding="utf-8")):
        match = re.search(r"(?:^|[\s/;&|])comptoir +([a-z-]+.*)$", code.strip())
        if match:
            found.append(re.split(r"\s(?:#|\||&&|;|>|<)", match[1])[0])
    return found


def problem_with(command: str) -> str | None:
    """Return what is wrong with a command line, or None."""
    words = shlex.split(command.replace("…", " ").replace("[", " ").replace("]", " "))
    if words[0] == "--env":  # which installation, before any command
        words = words[2:]
    if words[0] in ANYTHING:
        return None
    context = click.Context(main)
    found: click.Command | None = main
    for index, word in enumerate(words):
        if not isinstance(found, click.Group):
            return _problem_with_options(found, words[index:])
        if word.startswith("-"):
            return _problem_with_options(found, words[index:])
        found = found.get_command(context, word)
        if found is None:
            return f"there is no command “{word}”"
    return None


def _problem_with_options(command: click.Command | None, words: list[str]) -> str | None:
    assert command is not None
    known = {"--help", "-h", "--version"}
    for parameter in command.params:
        known.update([*parameter.opts, *parameter.secondary_opts])
    unknown = [
        word.split("=")[0]
        for word in words
        if re.match(r"--?[a-z]", word) and word.split("=")[0] not in known
    ]
    return f"“{command.name}” has no option {', '.join(unknown)}" if unknown else None


CASES = [(page, command) for page in PAGES for command in commands_in(page)]


@pytest.mark.parametrize(("page", "command"), CASES, ids=[f"{p.name}: {c}" for p, c in CASES])
def test_the_command_exists(page: Path, command: str) -> None:
    assert problem_with(command) is None, f"{page.name}: comptoir {command}"


def test_a_command_that_does_not_exist_is_noticed() -> None:
    assert problem_with("no-such-command") == "there is no command “no-such-command”"
    assert problem_with("migrate --no-such-option") == "“migrate” has no option --no-such-option"
    assert problem_with("--env a.env no-such-command") == "there is no command “no-such-command”"


def test_relative_links_lead_somewhere() -> None:
    broken = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:|#", target):
                continue
            if not (page.parent / target.split("#")[0]).exists():
                broken.append(f"{page.name} → {target}")
    assert not broken


def anchors_of(page: Path) -> set[str]:
    """Return the names by which the headings of a page are linked to, as code hosts make them."""
    prose = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
    titles = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_links_to_a_heading_find_it() -> None:
    found, lost = 0, []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]*#[^)\s]+)\)", page.read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:", target):
                continue
            name, anchor = target.split("#")
            found += 1
            if anchor not in anchors_of(page.parent / name if name else page):
                lost.append(f"{page.name} → {target}")
    assert found
    assert not lost
    assert "no-such-heading" not in anchors_of(ROOT / "docs" / "feeds.md")


def missing_in(text: str) -> list[str]:
    """Return the paths below `comptoir/`, or of the tree, that a text names and that are not."""
    named = re.findall(r"`((?:[a-z_]+/)+(?:[a-z0-9_]+\.[a-z]+)?)`", text)
    assert named
    return [each for each in named if not any((top / each).exists() for top in TOPS)]


def test_the_files_that_the_architecture_names_are_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert not missing_in(text)
    assert missing_in("`stock/no_such_file.py`") == ["stock/no_such_file.py"]


def unknown_in(text: str) -> list[str]:
    """Return the dotted names of code that a text gives and whose last part is nowhere defined."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in TOPS[0].rglob("*.py"))
    modules = {path.stem for path in TOPS[0].rglob("*")}
    defined = set(re.findall(r"^ *(?:def|class) (\w+)", code, re.MULTILINE))
    defined |= set(re.findall(r"^ *(\w+)(?:: [^=\n]+)? = ", code, re.MULTILINE))
    named = re.findall(r"`(?:\w+\.)+(\w+)`", text)
    return [name for name in named if name not in modules | defined and name not in ("py", "html")]


def test_the_functions_that_the_architecture_names_are_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert not unknown_in(text)
    assert unknown_in("`stock.no_such_function`") == ["no_such_function"]


def test_no_file_tells_of_the_machine_it_was_written_on() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    told = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", errors="ignore")
        if match := PLACES_OF_A_MACHINE.search(text):
            told.append(f"{name}: {match[0]}")
    assert not told


def test_the_fields_of_titelive_are_those_that_are_read() -> None:
    from comptoir.catalogue.sources import titelive

    text = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (\d+) \| `(\w+)` \|", text, re.MULTILINE)
    layouts = {45: {}, 62: {}}
    for old, new, name in rows:
        layouts[45][name], layouts[62][name] = int(old) - 1, int(new) - 1
    assert layouts == titelive._LAYOUTS
    (codes,) = re.findall(r"^\| 14 \| 11 \|.*$", text, re.MULTILINE)
    assert set(re.findall(r"`([A-Z0-9]{1,2})`", codes)) == set(titelive._SUPPORTS)


LONGEST_RECORD = 200
"""Words of a record of a decision: fewer than these, or nobody reads it."""


def test_a_record_of_a_decision_is_short() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    words = {path.name: len(path.read_text(encoding="utf-8").split()) for path in records}
    assert len(words) > 50
    assert {name: count for name, count in words.items() if count >= LONGEST_RECORD} == {}
