"""The AI vendors, as one server on this machine that speaks their protocols.

In a test, the fixture `vendors` (tests/conftest.py) has it running on a port of its own. Apart from
the test, for crash tests and benchmarks, `python -m tests.vendors PORT` is a process of its own;
`Vendors(port)` steers it, and `with Vendors.spawned() as vendors` does both.

    settings = Settings(data_dir=…, **vendors.settings())       # an application in this process
    service = Service(tmp_path / "data", **vendors.environ())    # the real service

Both name the base URLs (`…/openai/v1`, `…/claude`, `…/gemini`, `…/runway`) and a key of each
vendor; `vendors.settings(keys=False)` leaves the keys out. Any key is good but `wrong-key`.

What was asked of the vendors:

    vendors.counts()    # what was paid: [{vendor, role, model, prompt, pictures, asked, task, ...}]
    vendors.requests()  # every request: [{vendor, kind, method, path, key, status, started, ended}]
    vendors.tasks()     # the clips: [{id, vendor, model, prompt, state, polls}]

`role` is llm, vision, image or video; `pictures` are the SHA-256 of the images and videos that were
sent; `asked` is what else was wanted: size, ratio, duration; `key` is the key's last four
characters; `time` is in Unix seconds; `status` stays null where no answer was sent. Each image has
its prompt, each clip its task's id in the file (`media.py`), so that a test can tell whose it is.

What shall go wrong, for the next request, the next `times`, or always (`times=None`):

    vendors.rule(vendor="runway", kind="submit", times=2, status=429, retry_after=1)

A rule is for a `vendor` (openai, claude, gemini, runway; any if left out), a `kind` (text, image,
submit, poll, download, upload, cancel, models; any if left out) and, with `match`, for requests
that have this text in their body. `skip` lets some pass first. The first rule that fits is taken,
those with `times=None` last. What it does (several of these together are fine):

    slow=2.5            answer so many seconds later; the work is started and counted before that
    hang=True           start the work, and never answer
    status=429          answer so, with the vendor's error body, and start nothing; `retry_after`
    cut="before"        cut the connection before the body is read, and start nothing
    cut="after"         start the work, and cut the connection
    cut="body"          cut it in the middle of the answer
    garbage=True        start the work, and answer what isn't JSON
    gateway=503         start the work, and answer so, as a gateway that lost it: no vendor's body
    half=True           start the work, and answer half of the JSON
    refuse=True         refuse the content, each vendor in its way ("answer": while answering)
    answer="…"          a language model says this, whatever was asked
    polls=3, takes=2.5  a task is done after so many polls and seconds (an uploaded file: polls)
    throttled=2         it stands in line for so many polls (Runway)
    fail="…", stop=True it ends as failed for this reason, or as cancelled
    megabytes=100       its clip is this large
    deliver="inline"    Omni: `inline` or `uri`, whatever was asked

An upload to Gemini is two requests or more; a rule for its file goes with the first of them.

`vendors.reset()` forgets rules, counts and tasks.
"""

from tests.vendors.control import Vendors

__all__ = ["Vendors"]
