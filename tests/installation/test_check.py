"""`comptoir check --installation`: one sentence a finding, whatever else is broken."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import timezone

from comptoir.core.models import Node
from comptoir.installation import folders, mail, nodes, peers, site
from comptoir.installation.findings import Finding, Weight
from comptoir.notifications.models import Message, MessageStatus, Reason
from tests.factories import make_shop
from tests.installation.foreign import Foreign
from tests.installation.shell import comptoir
from tests.mailserver import encrypts, knows, mail_server

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def told(found: list[Finding], weight: Weight = Weight.ERROR) -> str:
    """Return the only finding of this weight, or nothing."""
    of_weight = [each.sentence for each in found if each.weight is weight]
    assert len(of_weight) < 2, of_weight
    return "".join(of_weight)


def test_everything_that_is_broken_is_told_and_nothing_is_made(
    tmp_path: Path, foreign: Foreign
) -> None:
    with mail_server(**knows("comptoir", "right")) as (_box, port):
        done = comptoir(
            tmp_path,
            "check",
            "--installation",
            DATABASE_URL=foreign.url("postgres", "postgres", "wr0ng"),
            COMPTOIR_VAR="/proc/none/var",
            COMPTOIR_SECRET_KEY="x" * 50,
            COMPTOIR_PROXIES="one",
            COMPTOIR_SMPT_HOST="typo",
            COMPTOIR_BASE_URL="http://livres.example",
            COMPTOIR_FROM="a@livres.aunis.fr",
            COMPTOIR_DROP_FOLDER=str(tmp_path / "drop"),
            COMPTOIR_SMTP_HOST="127.0.0.1",
            COMPTOIR_SMTP_PORT=str(port),
            COMPTOIR_SMTP_USER="comptoir",
            COMPTOIR_SMTP_PASSWORD="wr0ng",
        )
    assert done.returncode == 1
    expected = [
        "COMPTOIR_PROXIES is “one”",
        "refuses the password of the user “postgres”",
        "cannot be written to",
        f"The drop folder {tmp_path / 'drop'} cannot be used",
        "COMPTOIR_HOSTS lacks livres.example",
        "would travel unencrypted",
        "it refuses our user or password",
    ]
    lines = done.stderr.splitlines()
    for said, line in zip(expected, lines, strict=True):
        assert said in line
        assert line.startswith("✗ ")
    assert "is COMPTOIR_SMTP_HOST meant?" in done.stdout
    assert "wr0ng" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_settings_of_a_public_site(settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Comptoir <comptoir@livres.aunis.fr>"
    settings.BASE_URL, settings.SECURE = "https://livres.aunis.fr", True
    settings.LIVE_URL, settings.PROXIES = settings.BASE_URL, 1
    settings.RATE_LIMITS, settings.DEMO = True, False
    settings.ALLOWED_HOSTS = ["livres.aunis.fr"]
    for name in ("PUBLISHER", "DIRECTOR", "CONTACT", "HOSTED_BY"):
        setattr(settings, name, "said")
    assert list(site.findings()) == []
    for name, value, said in (
        ("PROXIES", 0, "COMPTOIR_PROXIES is 0"),
        ("ALLOWED_HOSTS", ["other.fr"], "COMPTOIR_HOSTS lacks livres.aunis.fr"),
        ("DEMO", True, "COMPTOIR_DEMO is set"),
        ("DEFAULT_FROM_EMAIL", "Comptoir <comptoir@localhost>", "no mail server takes it"),
    ):
        with override_settings(**{name: value}):
            assert said in told(list(site.findings()))
    with override_settings(BASE_URL="http://livres.aunis.fr", SECURE=False):
        assert "would travel unencrypted" in told(list(site.findings()))
    for private in ("http://192.168.1.4", "http://127.0.0.1:8000", "http://comptoir.lan"):
        host = private.split("/")[2].split(":")[0]
        with override_settings(BASE_URL=private, SECURE=False, ALLOWED_HOSTS=[host]):
            assert list(site.findings()) == []


def test_a_node_with_another_key_and_one_of_another_version() -> None:
    assert list(peers.findings()) == []
    nodes.note()
    nodes.note()
    assert Node.objects.count() == 1
    assert list(peers.findings()) == []
    with override_settings(SECRET_KEY="another key"):
        assert "is not that of" in told(list(peers.findings()))
    Node.objects.update(seen_at=timezone.now() - timedelta(hours=1))
    with override_settings(SECRET_KEY="another key"):
        assert "is not that of" in told(list(peers.findings()), Weight.WARNING)
    Node.objects.update(version="9.9", seen_at=timezone.now())
    assert "serves version 9.9" in told(list(peers.findings()), Weight.WARNING)
    Node.objects.update(seen_at=timezone.now() - timedelta(days=31))
    nodes.note()
    assert Node.objects.count() == 1
    assert list(peers.findings()) == []


def test_mails_that_have_not_left_and_demo_on_real_shops(settings) -> None:
    facts = {"to": "a@b.example", "language": "fr", "template": "x", "context": {}}
    late = {"status": MessageStatus.FAILED, "failing_since": timezone.now(), **facts}
    Message.objects.create(reason=Reason.MAILBOX, **late)
    assert list(peers.findings()) == []
    Message.objects.create(reason=Reason.SIGN_IN, **late)
    assert "1 mails have not left" in told(list(peers.findings()))
    Message.objects.all().delete()
    settings.DEMO = True
    assert list(peers.findings()) == []
    make_shop()
    assert "not those of the demonstration" in told(list(peers.findings()))


def test_the_mail_server_is_asked_and_a_mail_sent_only_where_told(settings, tmp_path) -> None:
    settings.EMAIL_BACKEND = "comptoir.core.exits.mail.Gate"  # as an installation has it
    settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS = "127.0.0.1", False, False
    with mail_server(**encrypts(tmp_path)) as (box, settings.EMAIL_PORT):
        assert "takes our mails" in told(list(mail.findings()), Weight.NOTE)
        assert box.taken == []
        box.refuses["MAIL"] = "550 5.7.1 not yours"
        refused = told(list(mail.findings()))
        assert "COMPTOIR_FROM" in refused
        assert "550 5.7.1 not yours" in refused
        box.refuses.clear()
        assert told(list(mail.findings("ana@reseau.example"))) == ""
        assert box.taken[0][0] == ["ana@reseau.example"]
        settings.EMAIL_USE_TLS = True
        assert "it does not agree on TLS" in told(list(mail.findings()))
    assert "it cannot be reached" in told(list(mail.findings()))


def test_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    var = tmp_path / "not" / "yet"
    assert "left" in told(list(folders.of_node(var)), Weight.NOTE)
    assert not var.parent.exists()
    monkeypatch.setattr(folders, "SCARCE_BYTES", 10**18)
    assert "nearly full" in told(list(folders.of_node(var)), Weight.WARNING)
    monkeypatch.setattr(folders, "FULL_BYTES", 10**18)
    assert "is full" in told(list(folders.of_node(var)))
