"""What the page of a guest shows if answers arrive in another order than it asked for them."""

from tests.browser import needs_browser
from tests.console.modules import open_modules

pytestmark = needs_browser

# Asks for version one, then for two; the answer about two is the first to arrive.
CHOOSE_TWO = """async () => {
    const asked = [];
    window.fetch = (address) => new Promise((answer) => asked.push({ address, answer }));
    const answer = async (ending, data) => {
        const isMeant = ({ address }) => address.endsWith(ending);
        while (!asked.some(isMeant)) await new Promise((done) => setTimeout(done));
        const [question] = asked.splice(asked.findIndex(isMeant), 1);
        question.answer(Response.json(data, { headers: { "X-Request-Id": "1" } }));
    };
    const { Guest } = await import("/discussion/guests.js");
    const guest = new Guest("link");
    const loads = [guest.load("one"), guest.load("two")];
    for (const [exportId, load] of [["two", loads[1]], ["one", loads[0]]]) {
        await answer(`exportId=${exportId}`, { version: { exportId } });
        await answer("/comments", { comments: [] });
        await load;
    }
    return [guest.phase.value, guest.review.value.version.exportId];
}"""


def test_a_late_answer_does_not_bring_back_the_version_before(browser):
    with open_modules(browser) as modules:
        found = modules.page.evaluate(CHOOSE_TWO)

    assert found == ["shown", "two"]
