"""The proxies of `deploy/`, really run on the shipped files, with other ports and paths."""

import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.concurrency.live import free_port
from tests.patience import PATIENCE_SECONDS, until

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NAME = "comptoir.example"
_NGINX = """
{user}
daemon off;
error_log stderr;
pid {folder}/nginx.pid;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/comptoir.conf;
}}
"""


@dataclass
class Front:
    """A proxy that runs: its ports, and what trusts its certificate."""

    plain: int
    secure: int
    trust: ssl.SSLContext

    def dial(self) -> ssl.SSLSocket:
        """Return a connection as a browser makes it, to the site's name."""
        wire = socket.create_connection(("127.0.0.1", self.secure), timeout=PATIENCE_SECONDS)
        return self.trust.wrap_socket(wire, server_hostname=NAME)


def certificate(folder: Path) -> tuple[Path, Path]:
    """Return the files of a certificate of the site's name, signed by itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "fullchain.pem", folder / "privkey.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, secret


def replaced(text: str, **pairs: str) -> str:
    """Return a shipped file with other ports and paths. Each must be in it, or the test would try
    another file than the one that is shipped."""
    for old, new in pairs.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def nginx_files(folder: Path, site: int, live: int) -> tuple[list[str], int, int]:
    """Write nginx's files; return its command and its two ports."""
    pem, secret = certificate(folder)
    plain, secure = free_port(), free_port()
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    # Not every machine has IPv6.
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = replaced(
        text,
        **{
            "listen 80;": f"listen 127.0.0.1:{plain};",
            "listen 443 ssl": f"listen 127.0.0.1:{secure} ssl",
            f"/etc/letsencrypt/live/{NAME}/fullchain.pem": str(pem),
            f"/etc/letsencrypt/live/{NAME}/privkey.pem": str(secret),
            "http://127.0.0.1:8000;": f"http://127.0.0.1:{site};",
            "http://127.0.0.1:8001;": f"http://127.0.0.1:{live};",
        },
    )
    (folder / "comptoir.conf").write_text(text, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    main.write_text(_NGINX.format(folder=folder, user=user), encoding="utf-8")
    return [*program("nginx"), "-p", str(folder), "-c", str(main)], plain, secure


def caddy_files(folder: Path, site: int, live: int) -> tuple[list[str], int, int]:
    """Write Caddy's file; return its command and its two ports."""
    pem, secret = certificate(folder)
    plain, secure = free_port(), free_port()
    text = replaced(
        (DEPLOY / "Caddyfile").read_text(encoding="utf-8"),
        **{
            "{\n\t# When": f"{{\n\tadmin off\n\thttp_port {plain}\n\thttps_port {secure}\n\t# When",
            "} {\n\t# A till's": f"}} {{\n\ttls {pem} {secret}\n\t# A till's",
            ":127.0.0.1}:8000": f":127.0.0.1}}:{site}",
            ":127.0.0.1}:8001": f":127.0.0.1}}:{live}",
        },
    )
    main = folder / "Caddyfile"
    main.write_text(text, encoding="utf-8")
    command = [*program("caddy"), "run", "--config", str(main), "--adapter", "caddyfile"]
    return command, plain, secure


FRONTS = {"nginx": nginx_files, "caddy": caddy_files}


def program(name: str) -> list[str]:
    """Return the command of a program; skip the test, with a line, where it is not installed."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return [found]


@contextmanager
def front(kind: str, folder: Path, site: int, live: int) -> Iterator[Front]:
    """Run a proxy before the site and its live feeds while the block lasts."""
    command, plain, secure = FRONTS[kind](folder, site, live)
    trust = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
    # What it keeps elsewhere it keeps in the test's folder.
    homes = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env={**os.environ, **homes}, cwd=folder, stdout=log, stderr=log
        )
        try:
            until(lambda: process.poll() is not None or (listens(plain) and listens(secure)))
            assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
            yield Front(plain, secure, trust)
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
