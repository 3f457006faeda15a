"""A value that cannot be read is told with its name and what is allowed, all of them at once."""

from pathlib import Path

import pytest

from comptoir.config.variables import BadSetting, bad_settings, flag, names, number, text, variables
from comptoir.installation import values
from tests.installation.shell import comptoir

RIGHT = {
    "COMPTOIR_PROXIES": ["0", " 2 ", ""],
    "COMPTOIR_SMTP_TLS": ["1", "True", "off", ""],
    "COMPTOIR_BASE_URL": ["https://comptoir.example", "http://[::1]:8000/", ""],
    "COMPTOIR_HOSTS": ["a.example, .b.example,*", "[::1]", ""],
    "COMPTOIR_SHARED_NETWORKS": ["192.0.2.0/24, 2001:db8::/32"],
    "COMPTOIR_FROM": ["Comptoir <a@b.example>", "a@b.example"],
    "COMPTOIR_COVER_HOSTS": ["*.images.example, images.example"],
    "COMPTOIR_LOG": ["INFO"],
}
WRONG = {
    "COMPTOIR_PROXIES": ["one", "-1", "1.5", "17", "²"],
    "COMPTOIR_RANGE_IPV4": ["0", "33"],
    "COMPTOIR_SMTP_TLS": ["starttls"],
    "COMPTOIR_BASE_URL": [
        *("comptoir.example", "ftp://a.example", "https://a.example/x"),
        *("https://", "https://a.example:x", "https://a@b.example", "https://[::1"),
    ],
    "COMPTOIR_HOSTS": ["https://a.example", "a.example:8000", "a b"],
    "COMPTOIR_SHARED_NETWORKS": ["192.0.2.1/24", "x"],
    "COMPTOIR_FROM": ["Comptoir", "a@"],
    "COMPTOIR_COVER_HOSTS": ["images"],
    "COMPTOIR_LOG": ["loud"],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, each in RIGHT.items() for v in each])
def test_what_can_be_read(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    assert text(name) == value


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, each in WRONG.items() for v in each])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_cannot(name: str, value: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", language)
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as caught:
        text(name)
    said = values.sentence(caught.value)
    assert name in said
    assert value in said
    assert ("écrivez" in said) is (language == "fr")


def test_empty_is_the_default_and_a_list_has_no_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPTOIR_WORKERS", " ")
    monkeypatch.setenv("COMPTOIR_RATE_LIMITS", "")
    monkeypatch.setenv("COMPTOIR_HOSTS", "A.example, b.example,")
    assert number("COMPTOIR_WORKERS") == 2
    assert flag("COMPTOIR_RATE_LIMITS") is True
    assert names("COMPTOIR_HOSTS") == ("a.example", "b.example")


def test_every_default_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    assert list(bad_settings()) == []


def test_a_name_typed_wrong_is_told_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en")
    monkeypatch.setenv("COMPTOIR_SMPT_HOST", "x")
    monkeypatch.setenv("COMPTOIR_ZZZ", "x")
    monkeypatch.setenv("COMPTOIR_SUPERVISOR", "1")
    assert list(values.unknown()) == [
        "COMPTOIR_SMPT_HOST is no setting of Comptoir: is COMPTOIR_SMTP_HOST meant?",
        "COMPTOIR_ZZZ is no setting of Comptoir: take it out.",
    ]


def test_a_command_tells_all_of_them_and_no_traceback(tmp_path: Path) -> None:
    wrong = {"COMPTOIR_PROXIES": "one", "COMPTOIR_BASE_URL": "comptoir.example"}
    done = comptoir(tmp_path, "migrate", **wrong)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Error: COMPTOIR_BASE_URL is “comptoir.example”: write https:// and a name, with nothing"
        " after it: https://comptoir.example.",
        "COMPTOIR_PROXIES is “one”: write a whole number from 0 to 16.",
    ]
    assert comptoir(tmp_path, "shops", "--help", **wrong).returncode == 0
