"""Failed logins in the log, as the filter for fail2ban in deploy/ reads them."""

import re
from configparser import ConfigParser
from dataclasses import replace

import orjson
import pytest
from flask.testing import FlaskClient

from tests.applications import create_app
from tests.people import PASSWORD, Person
from tests.service import ROOT

WRONG = "wrong horse battery"
FORGED = "2026-01-31 12:00:00.000 WARNING failed login from 203.0.113.99 as "


@pytest.fixture(params=["text", "json"])
def client(settings, request):
    changed = replace(settings, log_level="INFO", log_format=request.param, trusted_proxies=1)
    return create_app(changed).test_client()


def fail(client: FlaskClient, email: str, address: str = "203.0.113.7") -> None:
    """Fail to log in through a proxy, which names the client's address."""
    response = client.post(
        "/api/auth/login",
        json={"email": email, "password": WRONG},
        headers={"X-Forwarded-For": address},
    )
    assert response.status_code in (401, 429)


def banned(log: str) -> list[str]:
    """Return the addresses that the filter finds, as fail2ban applies its expressions."""
    filters = ConfigParser()
    filters.read(ROOT / "deploy" / "fail2ban" / "filter.conf")
    patterns = [
        re.compile(each.replace("<ADDR>", r"(?P<address>[\d.]+|[\da-f:]+)"))
        for each in filters["Definition"]["failregex"].splitlines()
    ]
    found = (pattern.search(line) for line in log.splitlines() for pattern in patterns)
    return [each["address"] for each in found if each]


def test_filter_finds_each_failed_login(client, capsys):
    Person.register(client, "ana@example.com")
    for _ in range(6):
        fail(client, "ana@example.com")
    fail(client, "nobody@example.com", "2001:db8::7")
    client.post("/api/auth/login", json={"email": "ana@example.com", "password": PASSWORD})

    log = capsys.readouterr().err

    assert banned(log) == ["203.0.113.7"] * 6 + ["2001:db8::7"]
    assert banned(re.sub("^", "host vidworks[12]: ", log, flags=re.M)) == banned(log)  # journal
    lines = [line.replace("\\", "") for line in log.splitlines() if "failed login" in line]
    assert sum('as "ana@example.com": wrong password' in line for line in lines) == 5
    assert sum('as "ana@example.com": too many failures' in line for line in lines) == 1
    assert WRONG not in log


@pytest.mark.parametrize(
    "email",
    [f"a@b\n{FORGED}x", f"a@b\r\n{FORGED}", "a@\x1b[2J\u2028\u202e\x00\x7f\x85", f'"@": {FORGED}"'],
)
def test_accounts_forge_no_line(client, capsys, email):
    fail(client, email)
    log = capsys.readouterr().err

    assert banned(log) == ["203.0.113.7"]
    assert len(log.splitlines()) == 2  # and that of the request
    assert log.replace("\n", "").isprintable()


def test_what_is_no_address_or_account_is_not_logged(client, capsys):
    fail(client, PASSWORD, f"203.0.113.99 {FORGED}")
    log = capsys.readouterr().err

    assert banned(log) == []
    assert "failed login from unknown as" in log
    assert PASSWORD not in log


def test_real_lines_are_json(client, capsys):
    fail(client, 'a"b@example.com')
    line, _ = capsys.readouterr().err.splitlines()

    if line.startswith("{"):
        assert orjson.loads(line)["message"].startswith('failed login from 203.0.113.7 as "a\\"b@')
