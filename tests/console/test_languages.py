"""The page in other languages: their files, which one is served, and the choice in the account."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from console import texts
from schemas.accounts import LANGUAGES
from schemas.error_codes import ERROR_CODES
from tests.browser import needs_browser
from tests.console.visit import Visit
from tests.jobs.helpers import new_work_with_scenes, start_job, wait_until_finished

TRANSLATIONS = texts.translations()
ENGLISH: dict[str, Any] = {}  # a group may be in several modules
for module in texts.english().values():
    for group, each in module.items():
        ENGLISH[group] = ENGLISH.get(group, {}) | each
COMPLETE = {"de", "es"}  # others fall back to English
FORMS = """(language) => new Intl.PluralRules(language).resolvedOptions().pluralCategories"""


def leaves(values: Any, path: str = "") -> dict[str, Any]:
    """Return the texts by their keys; those with plural forms are one."""
    if isinstance(values, str) or "one" in values:
        return {path: values}
    found = [leaves(each, f"{path}.{name}".lstrip(".")) for name, each in values.items()]
    return {key: text for each in found for key, text in each.items()}


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{\w+\}", text))


def forms(text: Any) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


def test_languages_of_accounts_are_those_of_the_page():
    assert {"en", *TRANSLATIONS} == set(LANGUAGES)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translation_has_the_keys_of_english_and_no_other(language):
    own, english = leaves(TRANSLATIONS[language]), leaves(ENGLISH)

    if language in COMPLETE:
        assert english.keys() - own.keys() == set(), "untranslated"
    assert own.keys() - english.keys() == set(), "unknown"
    assert {
        key for key in own if isinstance(own[key], str) != isinstance(english[key], str)
    } == set()


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translation_has_the_placeholders_of_english(language):
    """The form for one may write the number out, or leave it to the form for others."""
    own = leaves(TRANSLATIONS[language])
    for key, text in leaves(ENGLISH).items():
        if key not in own:
            continue
        wanted = set.union(*map(placeholders, forms(text)))
        for form in forms(own[key]):
            assert placeholders(form) - wanted == set(), key
        assert set.union(*map(placeholders, forms(own[key]))) == wanted, key


@needs_browser
def test_plural_forms_are_those_of_the_language(modules):
    for language, own in TRANSLATIONS.items():
        wanted = set(modules.page.evaluate(FORMS, language))
        for key, text in leaves(own).items():
            assert isinstance(text, str) or set(text) == wanted, (language, key)


def test_each_code_of_errors_has_a_text():
    assert set(ENGLISH["errors"]) == {*ERROR_CODES, "field", "interrupted"}


def test_missing_texts_are_english(monkeypatch):
    monkeypatch.setattr(
        texts, "translations", lambda: {"de": {"common": {"close": "Zu"}, "trash": None}}
    )
    first, trash = (texts.modules()[f"i18n/{name}"].decode() for name in ("de.js", "de-trash.js"))

    assert '"close":"Zu"' in first
    assert '"cancel":"Cancel"' in first
    assert '"one":"{count} job is running"' in first
    assert '"title":"Trash"' in trash


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr,es-419;q=0.8,en;q=0.5", "es"),
        ("en-GB,de;q=0.5", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        (";;q=x", "en"),
        ("de;q=0", "en"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/review/x", "/nothing"])
def test_page_is_in_the_language_that_the_browser_asks_for(client, path, asked, language):
    response = client.get(path, headers={"Accept-Language": asked, "Accept": "text/html"})

    assert f'<html lang="{language}">' in response.text
    assert {"Accept-Language", "Cookie"} <= set(response.vary)
    assert set(re.findall(r"/i18n/(\w\w)[-.]", response.text)) - {"en"} <= {language}
    mapped = re.findall(r'/i18n/en(?:-\w+)?\.js":"[^"]*/i18n/(\w\w)[-.]', response.text)
    assert set(mapped) == {language}


def test_cookie_is_above_what_the_browser_asks_for(client):
    for chosen, language in (("es", "es"), ("en", "en"), ("xx", "de"), ('"><script>', "de")):
        client.set_cookie("vidworks_language", chosen)
        page = client.get("/", headers={"Accept-Language": "de"}).text
        assert f'<html lang="{language}">' in page, chosen


def test_language_is_chosen_in_the_account(client, ana):
    before: Any = ana.get("/api/auth/me").json
    assert "language" not in before

    changed = ana.patch("/api/auth/me", json={"language": "de"})

    assert changed.status_code == 200
    assert changed.json["language"] == "de"
    assert ana.get("/api/auth/me").json == changed.json
    assert changed.json["updatedAt"] > before["updatedAt"]
    removed = ana.patch("/api/auth/me", json={"language": None}).json
    assert removed == {**before, "updatedAt": removed["updatedAt"]}


def test_unknown_language_is_refused_with_those_that_there_are(ana):
    refused = ana.patch("/api/auth/me", json={"language": "xx"})

    assert refused.status_code == 400
    assert refused.json["details"] == {"language": "Must be one of: en, de, es."}
    assert ana.patch("/api/auth/me", json={}).json["updatedAt"] > 0


def test_api_tokens_choose_no_language(ana):
    script = ana.with_scopes("projects:write")

    assert script.patch("/api/auth/me", json={"language": "de"}).status_code == 403


@needs_browser
@pytest.mark.slow  # it opens the page eight times
def test_choice_in_the_account_is_above_the_language_of_the_browser(browser, console_service):
    with browser.new_context(locale="de-DE") as context:
        visit = Visit(context, console_service)
        client, page = visit.log_in(), visit.page
        visit.open("/settings/account")
        html = page.locator("html")
        expect(html).to_have_attribute("lang", "de")
        choice = page.get_by_label("Sprache")
        expect(choice.locator("option")).to_have_text(
            ["Sprache des Browsers", "English", "Deutsch", "Español"]
        )
        assert visit.accessibility_violations() == []

        choice.select_option("es")
        expect(html).to_have_attribute("lang", "es")
        assert client.get("/api/auth/me").json["language"] == "es"
        context.clear_cookies(name="vidworks_language")  # as in another browser
        visit.open("/")
        expect(html).to_have_attribute("lang", "es")
        assert "/i18n/es." in str(loaded(page))
        assert not re.search(r"/i18n/(en|de)[-.]", str(loaded(page)))

        visit.open("/settings/account")
        page.get_by_label("Idioma").select_option("")
        expect(html).to_have_attribute("lang", "de")
        assert "language" not in client.get("/api/auth/me").json
        assert visit.problems == []


def loaded(page: Page) -> list[str]:
    """Return the addresses of the modules that a page has loaded."""
    found: list[str] = page.evaluate(
        "performance.getEntriesByType('resource').map(({ name }) => name)"
    )
    return found


@needs_browser
@pytest.mark.slow  # it opens the page and its login
def test_errors_are_told_in_the_language_of_the_page(browser, console_service):
    with browser.new_context(locale="de-DE") as context:
        visit = Visit(context, console_service)
        visit.expect_problem("401")
        page = visit.page
        visit.open("/login")
        page.get_by_label("E-Mail").fill("nobody@example.com")
        page.get_by_label("Passwort", exact=True).fill("not the password")
        page.get_by_role("button", name="Anmelden").click()

        told = page.get_by_role("alert")
        expect(told).to_have_text(TRANSLATIONS["de"]["errors"]["wrong_password"])
        assert visit.problems == []


@needs_browser
@pytest.mark.slow  # it opens the page and its jobs
@pytest.mark.usefixtures("vendors")
def test_jobs_are_told_in_the_language_of_the_page(browser, console_service):
    with browser.new_context(locale="es-ES") as context:
        visit = Visit(context, console_service)
        client, page = visit.log_in(), visit.page
        work = new_work_with_scenes(client, client.new_project(name="Spring"), 2)
        failed = wait_until_finished(
            client, start_job(client, work, headers={"x-api-key": "wrong-key"})
        )
        visit.open("/jobs")

        job = page.locator(".job").filter(has_text="Spring")
        words = TRANSLATIONS["es"]["errors"][failed["code"]]
        expect(job.locator(".job-reason")).to_have_text(words)
        job.get_by_role("button").last.click()
        expect(job.locator(".job-call").first).to_contain_text(words)
        assert failed["reason"].startswith("The image of scene 1:")
        expect(job).not_to_contain_text("The image")
        assert visit.problems == []
