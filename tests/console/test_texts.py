"""Every text that the page names is in its tables of texts."""

import re

from playwright.sync_api import Browser

from tests.browser import needs_browser
from tests.console.modules import STATIC, open_modules

pytestmark = needs_browser

FIND = """async (files) => { // those without a table add one to the texts
    const modules = await Promise.all(files.map((each) => import(`/i18n/${each}`)));
    return modules.flatMap(({ default: table }) => Object.keys(table ?? {}));
}"""


def test_there_is_a_text_for_each_key(browser: Browser) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(STATIC.rglob("*.js")))
    files = sorted(path.name for path in (STATIC / "i18n").glob("*.js"))
    with open_modules(browser) as modules:
        groups = "|".join(modules.page.evaluate(FIND, files))
        keys = set(re.findall(rf'"((?:{groups})(?:\.(?!css")\w+)+)"', source))
        keys |= set(re.findall(r'\bt\("([\w.]+)"', source))  # also of a group that is in no table
        modules.call_all("i18n.js", "t", [[key] for key in keys])  # it throws if there is none

    assert len(keys) > 500
