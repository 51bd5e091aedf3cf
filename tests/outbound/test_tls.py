"""TLS: the certificate has to be for the name that was asked for, and trusted."""

import datetime as dt
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from outbound import fetch, network
from outbound.errors import FetchError
from tests.outbound.internet import PUBLIC, Internet, Server, http


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for shop.example, with its key, that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path / "shop.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def shop(internet: Internet, certificate: Path) -> Server:
    """A server that has the certificate."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    return internet.serve(http(b"safe"), tls=tls)


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The certificate is among those that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    network._ssl_context.cache_clear()
    yield
    network._ssl_context.cache_clear()


def get(host: str, port: int) -> bytes:
    return fetch.get(f"https://{host}:{port}/", max_bytes=1000, seconds=5).data


def test_the_name_is_what_the_certificate_is_checked_for(shop: Server, trusted: None) -> None:
    assert get("shop.example", shop.port) == b"safe"


def test_a_certificate_for_another_name_is_not_taken(
    internet: Internet, shop: Server, trusted: None
) -> None:
    internet.name("other.example", [PUBLIC])

    for host in ("other.example", PUBLIC):
        with pytest.raises(FetchError, match="no trusted certificate"):
            get(host, shop.port)
    assert shop.requests == []


def test_a_certificate_that_nobody_vouches_for_is_not_taken(shop: Server) -> None:
    network._ssl_context.cache_clear()

    with pytest.raises(FetchError, match="no trusted certificate"):
        get("shop.example", shop.port)


def test_what_does_not_speak_tls_is_said(internet: Internet) -> None:
    plain = internet.serve(http(b"x"))

    with pytest.raises(FetchError, match="failed the TLS handshake"):
        get("shop.example", plain.port)
