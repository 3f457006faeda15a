"""Which files are whole: those that stay as they are, and do not end in the middle."""

import io
import os
from pathlib import Path

import pytest

from comptoir.core.stillness import Settling, Sighting, is_unfinished, seems_cut, sightings

ONE, OTHER = Sighting(10, 1, 7), Sighting(20, 2, 7)


def test_a_file_is_whole_when_it_stays_as_it_is() -> None:
    settling = Settling(2.0)
    assert settling.settled({"a": ONE}, 0.0) == {}
    assert settling.settled({"a": ONE}, 1.9) == {}
    assert settling.settled({"a": OTHER}, 2.5) == {}
    assert settling.settled({"a": OTHER}, 4.4) == {}
    assert settling.settled({"a": OTHER}, 4.5) == {"a": 2.0}


def test_one_that_is_renamed_from_an_unfinished_name_is_whole_at_once() -> None:
    settling = Settling(60.0)
    assert settling.settled({"a.csv.part": ONE}, 0.0) == {}
    assert settling.settled({"a.csv": ONE}, 0.1) == {"a.csv": 0.0}
    assert settling.settled({"a.csv": ONE, "b.csv": Sighting(10, 1, 8)}, 0.2).keys() == {"a.csv"}


def test_a_system_without_inodes_waits_for_all() -> None:
    settling = Settling(60.0)
    settling.settled({"a.csv.part": ONE._replace(inode=0)}, 0.0)
    assert settling.settled({"a.csv": ONE._replace(inode=0)}, 0.1) == {}


@pytest.mark.parametrize(
    ("name", "unfinished"),
    [
        ("stock.csv", False),
        ("1234_ART.ASC", False),
        ("stock.csv.PART", True),
        ("stock.tmp", True),
        ("~$stock.xlsx", True),
        (".stock.csv", True),
        ("Thumbs.db", True),
    ],
)
def test_names_tell_what_is_unfinished(name: str, unfinished: bool) -> None:
    assert is_unfinished(name) is unfinished


def test_an_inode_of_any_size_can_be_kept() -> None:
    stat = os.stat_result((0o100644, 2**128 - 5, 1, 1, 0, 0, 10, 0, 0, 0))
    found = Sighting.of(stat)
    assert found.inode < 2**63
    assert found.is_same_content(found._replace(inode=1))
    assert not found.is_same_content(found._replace(size=11))


HEADER = b"EXTRACTION STOCK DU 15/10/2026\r\n"
LINE = b"1234978207061236900030000000840"


@pytest.mark.parametrize(
    ("content", "cut"),
    [
        (HEADER + LINE + b"\r\n", False),
        (HEADER + LINE, False),
        (HEADER + LINE[:-1], True),
        (HEADER + LINE + b"\r\n" + LINE[:5], True),
        (HEADER + (LINE + b"\r\n") * 500, False),
        (HEADER + (LINE + b"\r\n") * 500 + LINE[:20], True),
        (b"<?xml version='1.0'?><a></a>\n", False),
        (b"<?xml version='1.0'?><a></", True),
        (b"PK\x03\x04 half a workbook", True),
        (b"PK\x03\x04 a workbook PK\x05\x06", False),
        (b"ean;quantity\n978", False),
        (b"", False),
    ],
)
def test_an_end_tells_whether_more_is_to_come(content: bytes, cut: bool) -> None:
    file = io.BytesIO(content)
    assert seems_cut(file) is cut
    assert file.tell() == 0


def test_links_and_folders_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "stock.csv").write_text("ean")
    (tmp_path / "link.csv").symlink_to(tmp_path / "stock.csv")
    (tmp_path / "folder").mkdir()
    assert sightings(tmp_path).keys() == {"stock.csv"}
    with pytest.raises(FileNotFoundError):
        sightings(tmp_path / "nowhere")
