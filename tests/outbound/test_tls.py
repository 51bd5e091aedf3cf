"""TLS: the certificate must be trusted and match the host name of the URL."""

import datetime as dt
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from outbound import fetch, network
from outbound.addresses import FetchError
from tests.outbound.internet import PUBLIC, http


@pytest.fixture
def certificate(tmp_path):
    """A self-signed certificate for shop.example, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private_key = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "shop.pem"
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private_key)
    return path


@pytest.fixture
def shop(internet, certificate):
    """A server with the certificate."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    return internet.serve(http(b"safe"), tls=tls)


@pytest.fixture
def trusted(certificate, monkeypatch):
    """Make the certificate trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    network._ssl_context.cache_clear()
    yield
    network._ssl_context.cache_clear()


def get(host: str, port: int) -> bytes:
    return fetch.get(f"https://{host}:{port}/", max_bytes=1000, seconds=30).data


def test_trusted_certificate_for_the_host_name_is_accepted(shop, trusted):
    assert get("shop.example", shop.port) == b"safe"


def test_certificate_for_another_host_name_is_rejected(internet, shop, trusted):
    internet.name("other.example", [PUBLIC])

    for host in ("other.example", PUBLIC):
        with pytest.raises(FetchError, match="no trusted certificate"):
            get(host, shop.port)
    assert shop.requests == []


def test_untrusted_certificate_is_rejected(shop):
    network._ssl_context.cache_clear()

    with pytest.raises(FetchError, match="no trusted certificate"):
        get("shop.example", shop.port)


def test_server_without_tls_raises_a_fetch_error(internet):
    plain = internet.serve(http(b"x"))

    with pytest.raises(FetchError, match="failed the TLS handshake"):
        get("shop.example", plain.port)
