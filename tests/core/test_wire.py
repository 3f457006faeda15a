"""A mail as SMTP carries it: what Django writes, to the byte."""

import re
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.parser import BytesParser
from email.policy import default

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import BadHeaderError, sanitize_address

from comptoir.core.exits import wire
from comptoir.core.exits.mail import Gate
from tests.mailserver import HERE, mail_server

TEXT = "Bonjour Élodie,\n\nvotre livre vous attend.\n.\n..point\n\n-- \nComptoir\n"
HTML = "<!doctype html>\n<p>Bonjour Élodie</p>\n<img src='cid:code.png'>\n"
PICTURE = bytes(range(256)) * 3
CALENDAR = "BEGIN:VCALENDAR\r\nSUMMARY:Élodie\r\nEND:VCALENDAR\r\n".encode()
# What no two mails have in common, Django's either.
DRAWN = [
    re.compile(rb"={15}\d{19}=="),
    re.compile(rb"(?m)^Message-ID: <\S+>"),
    re.compile(rb"(?m)^Date: [^\r]+"),
]


def mail(**changed) -> EmailMultiAlternatives:
    """Return a mail as those of orders are, but for what is changed."""
    told = {"subject": "Réservé à La Page", "body": TEXT, "to": ["ana@example.org"]} | changed
    html, files = told.pop("html", HTML), told.pop("files", True)
    made = EmailMultiAlternatives(**told)
    if html:
        made.attach_alternative(html, "text/html")
    if files:
        made.attach(packed("image/png", "code.png", PICTURE, "inline"))
        made.attach(packed("text/calendar", "à retirer.ics", CALENDAR, "attachment"))
    return made


def packed(kind: str, name: str, content: bytes, disposition: str) -> MIMEBase:
    part = MIMEBase(*kind.split("/"))
    part.set_payload(content)
    encode_base64(part)
    part.add_header("Content-Disposition", disposition, filename=name)
    if disposition == "inline":
        part.add_header("Content-ID", f"<{name}>")
    return part


def by_django(made: EmailMultiAlternatives) -> bytes:
    return made.message().as_bytes(linesep="\r\n")


def alike(content: bytes) -> bytes:
    """Return a mail without what is drawn for it alone; boundaries keep their order."""
    for pattern in DRAWN:
        seen: dict[bytes, int] = {}
        for found in pattern.findall(content):
            seen.setdefault(found, len(seen))
        content = pattern.sub(lambda found, seen=seen: b"<%d>" % seen[found[0]], content)
    return content


OF_A_SHAPE = {
    "an order's": {},
    "without files": {"files": False},
    "ASCII": {"subject": "Reserved", "body": "Hello\n", "html": "<p>Hello</p>"},
    "ASCII text alone": {"body": "Hello\n"},
    "ASCII HTML alone": {"html": "<p>Hello</p>"},
    "a long subject": {"subject": "Réservé à la librairie " + "des Écoles et des Arts " * 6},
    "a long ASCII subject": {"subject": "Reserved at the shop of all books " * 6},
    "a long word": {"subject": "x" * 200},
    "no subject": {"subject": ""},
    "a subject that looks encoded": {"subject": "=?utf-8?q?no?= it is not"},
    "a sender with a name": {"from_email": "Comptoir des Écoles <post@example.org>"},
    "a sender with a long name": {"from_email": f"{'Librairie ' * 12} <post@example.org>"},
    "a long address": {"to": [f"{'a' * 58}@example.org"]},
    "lines of all ends": {"body": "a\r\nb\rc\n\r\n\r\rd é"},
    "no last line end": {"body": "é", "html": "<p>é</p>"},
    "the longest lines": {"body": "é" * 499, "html": "x" * 998},
    "signs that end lines elsewhere": {"body": "é\x0b\x0c\x1c\x85\u2028\n"},
    "signs of private use": {"body": "\ue000-1\ue001 é"},
    "lines like boundaries": {"body": f"--{'=' * 15}{'1' * 19}==\n--\né"},
    "lines like blanks": {"body": "From me\n%s {0} \\1 \\g<1>\né"},
}
OTHERS = {
    "a long line": {"body": "é" * 500},
    "a long line of HTML": {"html": "x" * 999},
    "no text": {"body": ""},
    "no HTML": {"html": ""},
    "two addressees": {"to": ["ana@example.org", "ben@example.org"]},
    "an addressee with a name": {"to": ["Ana É <ana@example.org>"]},
    "an addressee of another script": {"to": ["ana@bücher.example"]},
    "a very long address": {"to": [f"{'a' * 60}@example.org"]},
    "a copy": {"cc": ["ben@example.org"]},
    "a header": {"headers": {"Precedence": "bulk"}},
}


@pytest.mark.parametrize("changed", (OF_A_SHAPE | OTHERS).values(), ids=OF_A_SHAPE | OTHERS)
def test_what_is_written_is_what_django_writes(changed):
    assert alike(wire.written(mail(**changed))) == alike(by_django(mail(**changed)))


@pytest.mark.parametrize("changed", OF_A_SHAPE.values(), ids=OF_A_SHAPE)
def test_mails_of_one_shape_are_written_once(changed, monkeypatch):
    wire.written(mail(**changed))
    monkeypatch.setattr(EmailMultiAlternatives, "message", None)
    again = wire.written(mail(**changed))
    assert len(again) > len(TEXT)


@pytest.mark.parametrize("changed", OTHERS.values(), ids=OTHERS)
def test_what_is_of_no_shape_django_writes(changed, monkeypatch):
    wire.written(mail())
    monkeypatch.setattr(EmailMultiAlternatives, "message", None)
    with pytest.raises(TypeError):
        wire.written(mail(**changed))


def test_two_mails_share_nothing_of_their_own():
    first = wire.written(mail())
    second = wire.written(
        mail(to=["ben@example.org"], subject="Prêt", body="Salut Benoît\n", html="<p>Benoît</p>")
    )
    assert b"ana@" not in second
    assert b"lodie" not in second.partition(b"--" + b"=" * 15)[2].partition(b"image/png")[0]
    for pattern in DRAWN[:2]:
        assert not set(pattern.findall(first)) & set(pattern.findall(second))


def test_a_file_of_another_name_is_another_shape():
    wire.written(mail())
    other = mail(files=False)
    other.attach(packed("image/png", "other.png", b"x", "inline"))
    content = BytesParser(policy=default).parsebytes(wire.written(other))
    (part,) = content.iter_attachments()
    assert (part["Content-ID"], part.get_content()) == ("<other.png>", b"x")


def test_a_reader_finds_every_part():
    read = BytesParser(policy=default).parsebytes(wire.written(mail()))
    assert (read["Subject"], read["To"]) == ("Réservé à La Page", "ana@example.org")
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    told = [part.get_content().replace("\r\n", "\n") for part in (text, html)]
    assert told == [TEXT, HTML]
    picture, calendar = read.iter_attachments()
    assert (picture["Content-ID"], picture.get_content()) == ("<code.png>", PICTURE)
    assert calendar.get_filename() == "à retirer.ics"
    assert calendar.get_payload(decode=True) == CALENDAR


@pytest.mark.parametrize("write", [by_django, wire.written])
def test_a_broken_sign_is_no_mail(write):
    with pytest.raises(UnicodeEncodeError):
        write(mail(body="a\udce9"))


@pytest.mark.parametrize("length", [1, 40, 55, 56, 57, 58, 59, 60, 70, 80, 200])
def test_a_name_of_a_mail_is_written_as_its_policy_does(length):
    value = f"<{'1' * length}@host-1.example.org>"
    line = wire._POLICY.fold_binary("Message-ID", value)
    assert line == b"Message-ID: " + wire._header("Message-ID", value) + b"\r\n"


def test_every_line_ends_as_smtp_wants_it():
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", wire.written(mail(body="a\rb\nc\r\né")))


@pytest.mark.parametrize("subject", ["a\nBcc: ben@example.org", "a\rBcc: ben@example.org"])
def test_no_header_is_slipped_in_by_a_subject(subject):
    with pytest.raises(BadHeaderError):
        wire.written(mail(subject=subject))


@pytest.mark.parametrize("to", ["ana@example.org\nBcc: ben@example.org", "ana@example.org\n"])
def test_no_header_is_slipped_in_by_an_address(to):
    with pytest.raises(BadHeaderError):
        wire.written(mail(to=[to]))


@pytest.mark.parametrize(
    "address",
    [
        "ana@example.org",
        "Ana.B+c_d-e@Mail.Example.ORG",
        "Ana É <ana@example.org>",
        "ana@bücher.example",
        '"ana b"@example.org',
        "=?utf-8?q?x?=@example.org",
        "-@localhost",
    ],
)
def test_the_server_is_told_the_address_that_django_tells(address):
    assert wire._bare(address) == sanitize_address(address, "utf-8")


def test_the_gate_sends_mails_so(settings, db):
    """A line that begins with a dot arrives with it (RFC 5321, 4.5.2)."""
    with mail_server() as (box, port):
        settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = HERE, port
        gate = Gate()
        assert isinstance(gate._behind, wire.Smtp)
        assert gate.send_messages([mail(), mail(to=["Ben <ben@example.org>"]), mail(to=[])]) == 2
        gate.close()
    assert [to for to, _sent in box.taken] == [["ana@example.org"], ["ben@example.org"]]
    for _to, sent in box.taken:
        body = sent.get_body(("plain",)).get_content()
        assert body.replace("\r\n", "\n") == TEXT
