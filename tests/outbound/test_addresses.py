"""Which IP addresses are public, and which URLs are rejected before their host is looked up."""

import ipaddress

import pytest

from outbound.addresses import UrlNotAllowedError, is_listed, is_public, lookup, parse_url

NOT_PUBLIC = """
    0.0.0.0 0.1.2.3 10.1.2.3 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 169.254.169.254
    172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.51.100.7
    203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1 ::8.8.8.8
    64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::808:808 2002:7f00:1:: 2002:a00:1:: 2002:c0a8:1::1
    100::1 2001::1 2001:0:7f00:1:: 2001:db8::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1
    fe80::1%1 fec0::1 ff02::1 ff0e::1 4000::1
"""
PUBLIC = """
    1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.169.0.1 223.255.255.254
    ::ffff:8.8.8.8 2002:808:808:: 64:ff9b::808:808 2606:4700:4700::1111 2a00:1450::1
"""


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_address_is_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC.split())
def test_address_is_public(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "must start with http"),
        ("shop.example", "must start with http"),
        ("//shop.example/x", "must start with http"),
        ("ftp://shop.example/", "must start with http"),
        ("file:///etc/passwd", "must start with http"),
        ("gopher://127.0.0.1:70/", "must start with http"),
        ("javascript:alert(1)", "must start with http"),
        ("data:text/html,x", "must start with http"),
        ("http://", "must start with http"),
        ("http:///path", "must start with http"),
        ("http://shop.example\n/", "is invalid"),
        ("http://shop.example:port/", "is invalid"),
        ("http://[::1/", "is invalid"),
        ("http://" + "a" * 70_000, "is invalid"),
        ("http://me@shop.example/", "user name or password"),
        ("http://me:secret@shop.example/", "user name or password"),
        ("http://1.1.1.1\\@127.0.0.1/", "user name or password"),
        ("http://shop.example:22/", "Port 22 is not allowed"),
        ("http://shop.example:0/", "Port 0 is not allowed"),
        ("http://shop.example:1023/", "Port 1023 is not allowed"),
        ("http://shop.example:70000/", "not allowed"),
    ],
)
def test_invalid_url_is_rejected(url, message):
    with pytest.raises(UrlNotAllowedError, match=message) as error:
        parse_url(url)

    assert "secret" not in str(error.value)


@pytest.mark.parametrize("url", ["http://a.example", "https://a.example:8443/x?y#z", "HTTP://A/"])
def test_http_and_https_urls_are_accepted(url):
    assert parse_url(url).scheme in {"http", "https"}


def test_listed_hosts_are_compared_as_names_are():
    assert is_listed("NAS.lan.", ["wiki.lan", "nas.lan"])
    assert not is_listed("lan", ["nas.lan"])


def test_any_port_allows_all_ports_but_0():
    assert parse_url("http://a.example:25/", any_port=True).port == 25

    with pytest.raises(UrlNotAllowedError, match="Port 0"):
        parse_url("http://a.example:0/", any_port=True)


def test_lookup_uses_the_system_resolver():
    assert lookup("127.0.0.1", 80) == ["127.0.0.1"]
