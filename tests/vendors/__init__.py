"""A fake server that speaks the protocols of the AI vendors.

In a test, the fixture `vendors` (tests/conftest.py) runs it in this process, on a free port. For
crash tests and benchmarks, `python -m tests.vendors PORT` runs it as a separate process;
`Vendors(port)` controls it, and `with Vendors.spawned() as vendors` does both.

    settings = Settings(data_dir=…, **vendors.settings())       # an application in this process
    service = Service(tmp_path / "data", **vendors.environ())    # the real service

Both set the base URL (such as `…/openai/v1` or `…/claude`) and an API key of each vendor;
`vendors.settings(keys=False)` omits the keys. Every key except `wrong-key` is accepted.

The server records the requests that it receives:

    vendors.counts()    # paid calls: [{vendor, role, model, prompt, pictures, asked, task, ...}]
    vendors.requests()  # every request: [{vendor, kind, method, path, key, status, started, ended}]
    vendors.tasks()     # video tasks: [{id, vendor, model, prompt, state, polls}]

`role` is llm, vision, image, video, speech, music, sound or transcription; `pictures` are the
SHA-256 digests of the images and videos in the request; `asked` are its other options (size, ratio,
duration, voice); `key` is the last four characters of the API key; `time` is in Unix seconds;
`status` is null if no response was sent. Each generated image and recording contains its prompt
(`audio.label_of`), each video the id of its task (`media.py`), so that a test can tell which
request a file belongs to. A transcription returns the text that the recording contains so.

A rule changes the response to the next request, the next `times` requests, or all (`times=None`):

    vendors.rule(vendor="runway", kind="submit", times=2, status=429, retry_after=1)

A rule applies to a `vendor` (such as openai; default: any), a `kind` of request (text, image,
submit, poll, download, upload, cancel, models, speech, music, sound, transcription, voices;
default: any) and, with `match`, to requests whose body contains this text. `skip` exempts the first
requests. The first matching rule is applied, those with `times=None` last. Effects, which can be
combined:

    slow=2.5            respond after so many seconds; the call starts and is counted before that
                        (None: after `vendors.release()`)
    hang=True           start the call and never respond
    status=429          respond with this status and the vendor's error body, start nothing;
                        `retry_after` sets the header
    cut="before"        close the connection before the body is read, start nothing
    cut="after"         start the call and close the connection
    cut="body"          close the connection in the middle of the response
    garbage=True        start the call and respond with invalid JSON
    gateway=503         start the call and respond with this status and an HTML body, as a gateway
    error="…"           respond with the vendor's error body and this message, start nothing;
                        with `status=200`, as the body of a success
    html=True           start the call and respond with an HTML page and status 200
    half=True           start the call and respond with half of the JSON
    refuse=True         refuse the content, in the vendor's format ("answer": in the answer)
    answer="…"          the language model's answer, whatever the prompt; the text of a
                        transcription, whatever the recording
    polls=3, takes=2.5  a task finishes after so many polls and seconds (an uploaded file: polls;
                        takes=None: after `vendors.release()`)
    throttled=2         it is THROTTLED for so many polls (Runway); queued (Gemini's sound)
    empty=True          it succeeds, but its state names no video (no times of speech, no words of
                        a transcription)
    fail="…", stop=True it ends as failed with this message, or as cancelled
    megabytes=100       size of its video
    deliver="inline"    Omni: `inline` or `uri`, whatever the request says

An upload to Gemini consists of two or more requests; a rule for the file must match the first.

After `vendors.release()`, nothing waits for it. `vendors.reset()` removes rules, counts and tasks,
`vendors.reset_rules()` the rules only.
"""

from tests.vendors.control import Vendors

__all__ = ["Vendors"]
