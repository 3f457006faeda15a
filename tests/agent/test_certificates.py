"""A certificate that the PC does not trust is called that, with what to do."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.agent.test_commands import call, configure, plain
from tests.answering import answering, reply

DAY = timedelta(days=1)


@pytest.fixture
def certified(tmp_path) -> Callable[..., tuple[ssl.SSLContext, Path]]:
    """Make a certificate that vouches for itself, and return a server's TLS and its file."""

    def certified(address: str, until: timedelta) -> tuple[ssl.SSLContext, Path]:
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Réseau")])
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - 30 * DAY)
            .not_valid_after(now + until)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), False
            )
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
            .sign(key, hashes.SHA256())
        )
        pem = made.public_bytes(serialization.Encoding.PEM)
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (tmp_path / "both.pem").write_bytes(secret + pem)
        (tmp_path / "network.pem").write_bytes(pem)
        secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secure.load_cert_chain(tmp_path / "both.pem")
        return secure, tmp_path / "network.pem"

    return certified


def comptoir(handler) -> None:
    reply(handler, 200, b'{"shop": "Pilori"}', Comptoir_Now=str(datetime.now(UTC).timestamp()))


@pytest.mark.parametrize(
    ("address", "until", "trusted", "said"),
    [
        ("127.0.0.1", DAY, False, "Personne que ce PC connaisse ne s’en porte garant."),
        ("127.0.0.1", -DAY, True, "Il n’est pas valable aujourd’hui : l’horloge de ce PC"),
        ("127.0.0.2", DAY, True, "Il est fait pour une autre adresse"),
        ("127.0.0.1", DAY, True, "Connexion réussie : ce PC envoie pour « Pilori »."),
    ],
)
def test_what_is_wrong_with_a_certificate_is_said(
    certified, folder, home, address, until, trusted, said
):
    secure, file = certified(address, until)
    more = ("--certificate", str(file)) if trusted else ()
    with answering(comptoir, secure) as url:
        done = plain(configure(home, url, folder, "cpt_none", *more))
        assert said in done
        if "Connexion" not in said:
            assert f"ce PC ne reconnaît pas le certificat de {url}" in done
            assert call(home, "once").exit_code == 1
            status = plain(call(home, "status"))
            assert f"Ce PC ne reconnaît pas le certificat de {url}, 0 fichiers attendent." in status
            assert said in status


def test_a_file_without_a_certificate_is_refused(folder, home, tmp_path):
    (tmp_path / "none.pem").write_text("hello")
    done = configure(home, "https://127.0.0.1:9", folder, "cpt_none", "--certificate", "none.pem")
    assert "ne contient aucun certificat lisible" in plain(done)
    wrong = ("--certificate", str(tmp_path / "none.pem"))
    done = configure(home, "https://127.0.0.1:9", folder, "cpt_none", *wrong)
    assert "ne contient aucun certificat lisible" in plain(done)
    assert done.exit_code == 1
    assert not (home / "config.json").exists()
