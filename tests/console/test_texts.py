"""Every text that the page names is in its table of texts."""

import re

from playwright.sync_api import Browser

from tests.browser import needs_browser
from tests.console.modules import STATIC, open_modules

pytestmark = needs_browser

FIND = """async (texts) => {
    const { default: table } = await import(texts);
    return Object.keys(table);
}"""


def test_there_is_a_text_for_each_key(browser: Browser) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(STATIC.rglob("*.js")))
    with open_modules(browser) as modules:
        groups = "|".join(modules.page.evaluate(FIND, "/i18n/en.js"))
        keys = sorted(set(re.findall(rf'"((?:{groups})(?:\.(?!css")\w+)+)"', source)))
        modules.call_all("i18n.js", "t", [[key] for key in keys])  # it throws if there is none

    assert len(keys) > 500
