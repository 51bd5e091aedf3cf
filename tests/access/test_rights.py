"""The table of rights, compared with the one that people read."""

import pytest

from access.rights import (
    CHANGE,
    COMMENT,
    EDITOR,
    IN_WORDS,
    MANAGE,
    OWNER,
    PAY,
    REVIEWER,
    RIGHTS,
    ROLES,
    SEE,
    VIEWER,
    has_right,
)

EXPECTED = {  # the rights of each role, and of an editor who may pay
    (OWNER, True): {SEE, COMMENT, CHANGE, PAY, MANAGE},
    (EDITOR, True): {SEE, COMMENT, CHANGE, PAY},
    (EDITOR, False): {SEE, COMMENT, CHANGE},
    (REVIEWER, True): {SEE, COMMENT},  # `mayPay` counts for editors alone
    (REVIEWER, False): {SEE, COMMENT},
    (VIEWER, True): {SEE},
    (VIEWER, False): {SEE},
}


@pytest.mark.parametrize("role_and_pay", EXPECTED)
def test_each_role_has_its_rights(role_and_pay: tuple[str, bool]) -> None:
    assert {right for right in RIGHTS if has_right(*role_and_pay, right)} == EXPECTED[role_and_pay]


def test_each_role_and_right_is_known():
    assert {role for role, _ in EXPECTED} == set(ROLES)
    assert set(IN_WORDS) == set(RIGHTS) == {SEE, COMMENT, CHANGE, PAY, MANAGE}
