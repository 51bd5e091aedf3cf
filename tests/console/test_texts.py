"""Every text that the page names is in its tables of texts."""

import re

from tests.browser import needs_browser
from tests.console.modules import STATIC, open_modules

pytestmark = needs_browser

FIND = """async (files) => { // those without a table add one to the texts
    const modules = await Promise.all(files.map((each) => import(`/i18n/${each}`)));
    return modules.flatMap(({ default: table }) => Object.keys(table ?? {}));
}"""


def test_there_is_a_text_for_each_key(browser):
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(STATIC.rglob("*.js")))
    files = sorted(path.name for path in (STATIC / "i18n").glob("*.js"))
    with open_modules(browser) as modules:
        groups = "|".join(modules.page.evaluate(FIND, files))
        keys = set(re.findall(rf'"((?:{groups})(?:\.(?!css")\w+)+)"', source))
        keys |= set(re.findall(r'\bt\("([\w.]+)"', source))  # also of a group that is in no table
        groups_of_names = set(re.findall(r'\bnameIn\("([\w.]+)"', source))
        known = modules.call_all("i18n.js", "hasText", [[key] for key in sorted(groups_of_names)])
        ordered = sorted(keys - groups_of_names)
        texts = modules.call_all("i18n.js", "t", [[key, {"count": 2}] for key in ordered])

    # without a text, the key is returned
    assert [key for key, text in zip(ordered, texts, strict=True) if key == text] == []
    assert all(known)
    assert len(keys) > 500


def test_unknown_keys_and_names_are_shown_as_they_are(modules):
    assert modules.call("i18n.js", "t", "nothing.of.that") == "nothing.of.that"
    assert modules.call("i18n.js", "t", "jobs.states.constructor") == "jobs.states.constructor"
    assert modules.call("i18n.js", "nameIn", "jobs.states", "failed") == "Failed"
    assert modules.call("i18n.js", "nameIn", "jobs.states", "put_off") == "put off"
