"""Keys of vendors that users keep on the server."""

import json
import time
from pathlib import Path

import pytest

from providers.models import vendors
from tests.people import Person

URL = "/api/provider-keys"
KEY = "sk-kept-by-ana-1234"


def keep(person: Person, vendor: str = "openai", key: object = KEY) -> int:
    return person.put(f"{URL}/{vendor}", json={"key": key}).status_code


def test_kept_key_is_listed_by_its_last_characters(ana, ben):
    assert keep(ana) == keep(ana, "gemini", "short") == 204

    gemini, openai = ana.show(URL)

    assert (gemini["provider"], gemini["last4"]) == ("gemini", "")
    assert openai.keys() == {"provider", "last4", "updatedAt"}
    assert (openai["provider"], openai["last4"]) == ("openai", "1234")
    assert abs(openai["updatedAt"] / 1000 - time.time()) < 60
    assert ben.show(URL) == []


def test_new_key_replaces_the_earlier_one_and_can_be_deleted(ana):
    keep(ana)
    keep(ana, key="sk-another-key-5678")
    assert [each["last4"] for each in ana.show(URL)] == ["5678"]

    assert ana.delete(f"{URL}/openai").status_code == 204

    assert ana.show(URL) == []
    again = ana.delete(f"{URL}/openai")
    assert (again.status_code, again.json["error"]) == (404, "Not found")


@pytest.mark.parametrize("key", ["", "two words", "line\n", "ключ", "x" * 501, None, 5])
def test_invalid_key_returns_400_without_repeating_it(ana, key):
    response = ana.put(f"{URL}/openai", json={"key": key})

    assert response.status_code == 400
    assert response.json["details"].keys() == {"key"}
    assert not key or str(key) not in response.text


@pytest.mark.parametrize("vendor", ["dalle", "demo", "unknown"])
def test_unknown_vendor_returns_404_with_the_known_ones(ana, vendor):
    for response in (ana.put(f"{URL}/{vendor}", json={"key": KEY}), ana.delete(f"{URL}/{vendor}")):
        assert response.status_code == 404
        assert ", ".join(vendors()) in response.json["details"]


def test_api_token_cannot_manage_keys(ana):
    script = ana.with_scopes("ai:generate", "works:read")

    for response in (
        script.get(URL),
        script.put(f"{URL}/openai", json={"key": KEY}),
        script.delete(f"{URL}/openai"),
    ):
        assert response.status_code == 403
        assert response.json["error"] == "Only an access token can manage keys of vendors"


def test_key_is_in_one_file_of_its_owner(ana, settings):
    keep(ana)

    holding = [path for path in settings.data_dir.rglob("*") if contains(path, KEY)]

    [file] = holding
    assert file.relative_to(settings.data_dir).parts == (
        *("provider-keys", ana.user["id"], "provider-key.json"),
    )
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text())["keys"]["openai"]["key"] == KEY


def test_key_is_in_no_backup_and_known_to_doctor(app, ana, settings, tmp_path):
    keep(ana)
    runner = app.test_cli_runner()

    backup = runner.invoke(args=["backup", str(tmp_path / "x.tar")])
    doctor = runner.invoke(args=["doctor"])

    assert (backup.exit_code, doctor.exit_code) == (0, 0), backup.output + doctor.output
    assert not contains(tmp_path / "x.tar", KEY)
    assert "provider-keys" not in backup.output


def test_restore_keeps_the_kept_keys(app, ana, settings, tmp_path):
    keep(ana)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["backup", str(tmp_path / "x.tar")]).exit_code == 0

    restore = runner.invoke(args=["restore", "--replace", str(tmp_path / "x.tar")])

    assert restore.exit_code == 0, restore.output
    assert [each["last4"] for each in ana.show(URL)] == ["1234"]


def test_doctor_moves_keys_of_nobody_away(app, ana):
    keep(ana)
    store = app.extensions["services"].store
    store.users.delete(ana.user["id"])

    result = app.test_cli_runner().invoke(args=["doctor", "--repair"])

    assert f"provider-keys/{ana.user['id']}" in result.output
    assert "belongs to" in result.output
    assert ana.user["id"] not in store.provider_keys.documents


def contains(path: Path, text: str) -> bool:
    return path.is_file() and text.encode() in path.read_bytes()
