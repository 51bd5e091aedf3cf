"""Codes of errors: each has a meaning in the documentation, and is stable."""

import re

from schemas.error_codes import ERROR_CODES, code_of_http, code_of_status, table
from tests.service import ROOT


def test_documentation_lists_every_code_with_its_status_and_meaning():
    assert table() in (ROOT / "docs" / "errors.md").read_text()


def test_codes_are_words_of_lower_case():
    assert [code for code in ERROR_CODES if not re.fullmatch("[a-z]+(_[a-z]+)*", code)] == []


def test_codes_of_http_have_the_status_that_they_are_for():
    for status in (400, 404, 405, 408, 413, 414, 416, 431, 501):
        assert ERROR_CODES[code_of_http(status)].status == status


def test_other_statuses_have_a_general_code():
    assert (code_of_http(418), code_of_http(599)) == ("invalid_request", "internal_error")


def test_the_first_code_of_a_status_is_the_most_general_one():
    assert code_of_status(401) == "unauthenticated"
    assert code_of_status(409) == "conflict"
