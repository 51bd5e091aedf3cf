"""What the service has refused to save is not sent again, whatever it says of the rest."""

import pytest

from tests.browser import needs_browser

pytestmark = [needs_browser, pytest.mark.slow]

# A service that names a field also if it has the stored value, as another one does not fit to it.
SAVE = """async () => {
    const main = document.scripts[2].src;
    const load = (name) => import(new URL(`documents/${name}.js`, main));
    const { ApiError } = await import(new URL('api.js', main));
    const [{ Refusals }, { partsOf }] = [await load('pending-fields'), await load('parts')];
    const caption = (start, end) => ({ editorState: { captions: [{ start, end, text: 'Hi' }] } });
    const answer = { error: 'Invalid', details: { 'editorState.captions.0.end': 'Too early' } };
    const refusals = new Refusals();
    let saves = 0;
    while (saves < 10) {
        const sent = refusals.without(partsOf(caption(10, 5)), caption(0, 3));
        if (!sent.size) break;
        saves += 1;
        refusals.add(new ApiError(400, answer), sent);
    }
    return [saves, refusals.error.fields];
}"""


def test_value_that_is_refused_with_the_stored_one_as_well_is_not_sent_for_ever(visit):
    visit.open("/login")

    assert visit.page.evaluate(SAVE) == [2, {"editorState.captions.0.end": "Too early"}]
