"""What the Python client sends, repeats and raises, with answers that are made up."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cases import cases
from vidworks_client import (
    APIError,
    AuthenticationError,
    BadRequestError,
    ConnectionFailedError,
    JobFailedError,
    LimitError,
    NoFileError,
    Retries,
    ServerError,
    UnknownFieldWarning,
    Vendors,
    Video,
    Vidworks,
    WaitTimeoutError,
)
from vidworks_client.addresses import base_url, join

QUICK = Retries(most=3, first_pause=0.001)
SERVICE = {"X-Request-Id": "r1"}
PROJECT = {"id": "proj_1", "name": "Spring", "updatedAt": 1}
BASE = "https://tools.example.com/vidworks"


def client(*answers: Any, sent: list[httpx.Request] | None = None) -> Vidworks:
    """Return a client that gets these answers, one after the other; exceptions are raised."""
    rest: list[Any] = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        if sent is not None:
            sent.append(request)
        given = rest.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    http = httpx.Client(transport=httpx.MockTransport(answer))
    return Vidworks(BASE, "vg_secret", retries=QUICK, http=http)


def ok(body: Any = PROJECT, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=body, headers=SERVICE)


def error(status: int, code: str = "", headers: Any = None, **body: Any) -> httpx.Response:
    content = {"error": "No", "code": code, **body}
    return httpx.Response(status, json=content, headers={**SERVICE, **(headers or {})})


def video(state: str, **fields: Any) -> dict[str, Any]:
    progress = {"percent": 40, "message": "Writing the scenario"}
    return {"id": "job_1", "kind": "pipeline", "state": state, "progress": progress, **fields}


@cases(
    "lost",
    {
        "cut": httpx.ReadError("cut"),
        "refused": httpx.ConnectError("refused"),
        "slow": httpx.ReadTimeout("slow"),
        "proxy": httpx.Response(502, text="<html>"),
        "busy": error(503, "busy", {"Retry-After": "0"}),
        "limit": error(429, "too_many", {"Retry-After": "0"}),
    },
)
def test_post_is_repeated_with_the_same_idempotency_key(lost):
    sent: list[httpx.Request] = []

    project = client(lost, ok(status=201), sent=sent).projects.create("Spring")

    assert project.name == "Spring"
    first, second = sent
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.content == second.content
    assert str(first.url) == f"{BASE}/api/projects"
    assert first.headers["Authorization"] == "Bearer vg_secret"


def test_two_orders_have_two_keys():
    sent: list[httpx.Request] = []
    vidworks = client(ok(), ok(), sent=sent)

    vidworks.projects.create("Spring")
    vidworks.projects.create("Spring")

    first, second = sent
    assert first.headers["Idempotency-Key"] != second.headers["Idempotency-Key"]


def test_connection_that_stays_broken_is_an_error_after_some_attempts():
    sent: list[httpx.Request] = []

    with pytest.raises(ConnectionFailedError, match="/vidworks: refused"):
        client(*[httpx.ConnectError("refused")] * 4, sent=sent).projects.list()

    assert len(sent) == 1 + QUICK.most


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error(400, "invalid_fields", details={"name": "Too long."}), BadRequestError),
        (error(401, "token_expired"), AuthenticationError),
        (error(429, "quota", {"Retry-After": "3600"}), LimitError),
        (error(502, "upstream_failed"), ServerError),
        (error(504, "unfinished"), ServerError),
        (httpx.Response(500, text="oops"), ServerError),
    ],
)
def test_other_errors_are_raised_at_once(answer, expected):
    with pytest.raises(expected) as raised:
        client(answer).projects.list()

    assert type(raised.value) is expected


def test_errors_have_what_the_service_says():
    answer = error(400, "invalid_fields", {"Retry-After": "7"}, details={"name": "Too long."})

    with pytest.raises(BadRequestError, match="No: name: Too long") as raised:
        client(answer).projects.list()

    found = raised.value
    assert (found.status, found.code, found.message) == (400, "invalid_fields", "No")
    assert (found.details, found.request_id, found.retry_after) == ({"name": "Too long."}, "r1", 7)


def test_unknown_fields_are_a_warning():
    answer = httpx.Response(201, json=PROJECT, headers={**SERVICE, "X-Unknown-Fields": "nmae"})

    with pytest.warns(UnknownFieldWarning, match="ignored unknown fields: nmae"):
        client(answer).projects.create("Spring", nmae="Summer")


def test_redirect_says_which_url_to_use():
    moved = httpx.Response(301, headers={"Location": "https://other.example.com/"})

    with pytest.raises(Exception, match="use that address as the URL") as raised:
        client(moved).projects.list()

    assert "https://other.example.com/" in str(raised.value)


def test_delete_whose_answer_was_lost_succeeds_if_nothing_is_left():
    client(httpx.ReadError("cut"), error(404, "not_found")).projects.delete("proj_1")


def test_expired_login_is_renewed():
    sent: list[httpx.Request] = []
    tokens = [{"accessToken": f"access{i}", "refreshToken": f"refresh{i}"} for i in (1, 2)]
    user = {"id": "u1", "email": "me@example.com", "name": "Me"}
    answers = (ok({**tokens[0], "user": user}), error(401, "token_expired"), ok(tokens[1]))
    vidworks = client(*answers, ok([PROJECT]), sent=sent)

    vidworks.log_in("me@example.com", "correct horse")

    assert [project.id for project in vidworks.projects.list()] == ["proj_1"]
    assert sent[2].url.path == "/vidworks/api/auth/refresh"
    assert sent[3].headers["Authorization"] == "Bearer access2"


def test_login_that_ended_is_an_error():
    answers = (error(401, "token_expired"),)
    with pytest.raises(AuthenticationError):
        client(*answers).projects.list()


@pytest.mark.parametrize(
    ("token", "code"),
    [("", "unauthenticated"), ("vg_1", "unauthenticated"), ("", "wrong_password")],
)
def test_error_without_a_token_says_where_it_is_read_from(monkeypatch, token, code):
    monkeypatch.setenv("VIDWORKS_TOKEN", token)
    answer = httpx.MockTransport(lambda _: error(401, code))

    with pytest.raises(AuthenticationError) as failure:
        Vidworks(BASE, http=httpx.Client(transport=answer)).projects.list()

    is_told = "set VIDWORKS_TOKEN" in str(failure.value)
    assert is_told == (token == "" and code == "unauthenticated")


def test_resuming_what_runs_already_returns_it():
    """As when the answer to the first attempt was lost."""
    vidworks = client(httpx.ReadError("cut"), error(409, "job_running"), ok(video("running")))

    assert vidworks.videos.resume("job_1").state == "running"


def test_waiting_reports_each_state_and_raises_how_the_job_ended():
    seen: list[str] = []
    answers = [ok(video("queued")), ok(video("failed", reason="No credit is left."))]

    with pytest.raises(JobFailedError, match=r"Job job_1 failed: No credit is left\.") as raised:
        client(*answers).videos.wait("job_1", on_progress=lambda each: seen.append(each.state))

    assert seen == ["queued", "failed"]
    assert raised.value.job.id == "job_1"


def test_failed_job_has_steps_and_can_be_resumed():
    """Types too: mypy reads this."""
    steps = [{"name": "scenes", "state": "failed", "percent": 50, "error": "No credit is left."}]
    sent: list[httpx.Request] = []
    answers = (ok(video("failed", steps=steps)), ok(video("running", steps=steps), 202))
    vidworks = client(*answers, sent=sent)
    failed: list[str] = []

    try:
        vidworks.videos.wait("job_1")
    except JobFailedError as exc:
        failed = [f"{step.name}: {step.error}" for step in exc.job.steps]
        resumed: Video = vidworks.videos.resume(exc.job)

    assert failed == ["scenes: No credit is left."]
    assert (resumed.state, sent[-1].url.path) == ("running", "/vidworks/api/videos/job_1/resume")


@pytest.mark.parametrize(
    ("limits", "of_waits", "of_others"),
    [
        (None, 75, 75),  # httpx's own, which nobody has chosen
        (httpx.Timeout(5.0, read=9.0), 35, 9),
        (httpx.Timeout(90.0), 90, 90),
        (httpx.Timeout(None), None, None),
    ],
)
def test_waits_have_time_also_with_an_http_client_of_ones_own(limits, of_waits, of_others):
    read: list[float | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        read.append(request.extensions["timeout"]["read"])
        return ok(video("succeeded" if "wait" in request.url.params else "running"))

    given: dict[str, Any] = {} if limits is None else {"timeout": limits}
    with httpx.Client(transport=httpx.MockTransport(answer), **given) as http:
        Vidworks(BASE, "vg_secret", http=http).videos.wait("job_1")

    assert read == [of_others, of_waits]


@pytest.mark.parametrize("kind", ["videos", "jobs"])
@pytest.mark.parametrize(
    ("limit", "asked", "found"), [(250, ["200", "50"], 250), (None, ["200", "200"], 300)]
)
def test_lists_follow_pages(kind, limit, asked, found):
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        start, size = int(request.url.params.get("cursor", 0)), int(request.url.params["limit"])
        items = [video("queued", id=f"job_{n}") for n in range(start, min(start + size, 300))]
        following = f"http://other.example{request.url.path}?cursor={start + size}&limit=1&x=y"
        return ok({"items": items, "next": following if start + size < 300 else None})

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        vidworks = Vidworks(BASE, "vg_secret", http=http)
        of_kind: Any = getattr(vidworks, kind)
        listed = [job.id for job in of_kind.list(limit=limit)]
        iterated = [job.id for job in of_kind.iterate()]

    assert listed == [f"job_{n}" for n in range(found)]
    assert iterated == [f"job_{n}" for n in range(300)]
    assert [request.url.params["limit"] for request in sent[:2]] == asked
    assert {request.url.host for request in sent} == {"tools.example.com"}
    assert sent[1].url.params["x"] == "y"


def test_waiting_ends_at_the_timeout():
    with pytest.raises(WaitTimeoutError, match="still running"):
        client(ok(video("running"))).videos.wait("job_1", timeout=0)


def test_video_is_ordered_in_the_words_of_the_api(tmp_path):
    sent: list[httpx.Request] = []
    photo = tmp_path / "lamp.png"
    photo.write_bytes(b"\x89PNG")

    client(ok(video("queued"), 202), sent=sent).videos.create(
        "A lamp",
        assets=[photo, str(photo), "asset_1", "https://example.com/a.jpg", {"id": "asset_2"}],
        scene_count=3,
        metadata={"order": 7},
        vendors=Vendors(providers={"image": "dalle"}, api_keys={"image": "k"}, api_key="g"),
        targetAudience="Makers",
    )

    [request] = sent
    data = {"data": "data:image/png;base64,iVBORw==", "name": "lamp.png"}
    assert httpx.Response(200, content=request.content).json() == {
        "prompt": "A lamp",
        "sceneCount": 3,
        "metadata": {"order": 7},
        "targetAudience": "Makers",
        "assets": [data, data, "asset_1", "https://example.com/a.jpg", {"id": "asset_2"}],
    }
    assert request.headers["x-image-provider"] == "dalle"
    assert (request.headers["x-image-api-key"], request.headers["x-api-key"]) == ("k", "g")


def test_file_whose_name_looks_like_an_id_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sent: list[httpx.Request] = []
    for name in ("asset_1", "asset_1.png", "data:1"):
        Path(name).write_bytes(b"\x89PNG")

    client(ok(video("queued"), 202), sent=sent).videos.create(
        "A lamp", assets=[Path("asset_1"), "asset_1.png", Path("data:1"), "asset_1"]
    )

    order = httpx.Response(200, content=sent[-1].content).json()
    names = [each if isinstance(each, str) else each["name"] for each in order["assets"]]
    assert names == ["asset_1", "asset_1.png", "data:1", "asset_1"]
    assert [type(each) for each in order["assets"]] == [dict, dict, dict, str]


def test_large_files_are_uploaded_before_the_order(tmp_path):
    sent: list[httpx.Request] = []
    photo = tmp_path / "lamp.png"
    with photo.open("wb") as file:
        file.truncate(6_000_001)
    asset = {"id": "asset_7", "projectId": "proj_2", "name": "lamp.png", "type": "image"}
    answers = (ok([PROJECT]), ok({"id": "proj_2", "name": "Videos"}), ok(asset, 201))

    client(*answers, ok(video("queued"), 202), sent=sent).videos.create("A lamp", assets=[photo])

    assert [request.url.path.removeprefix("/vidworks/api") for request in sent] == [
        *("/projects", "/projects", "/projects/proj_2/assets", "/videos")
    ]
    assert sent[0].url.query == b"shared=0"  # else it may be somebody else's of the same name
    order = httpx.Response(200, content=sent[-1].content).json()
    assert order == {"prompt": "A lamp", "assets": ["asset_7"], "project": "proj_2"}


def test_repeated_order_uploads_the_same_assets(tmp_path):
    sent: list[httpx.Request] = []
    photos = [tmp_path / "lamp.png", tmp_path / "desk.png"]
    for photo in photos:
        with photo.open("wb") as file:
            file.truncate(3_000_001)
    for _ in range(2):
        answers = [ok({"id": f"asset_{number}"}, 201) for number in range(2)]
        vidworks = client(*answers, ok(video("queued"), 202), sent=sent)
        vidworks.videos.create("A lamp", assets=photos, project="proj_1", idempotency_key="row-7")

    keys = [request.headers["Idempotency-Key"] for request in sent]
    assert keys[:3] == keys[3:]
    assert len({*keys[:3]}) == 3
    assert sent[2].content == sent[5].content


def test_file_at_an_address_is_fetched_by_a_job():
    sent: list[httpx.Request] = []
    asset = {"id": "asset_7", "projectId": "proj_1", "name": "lamp.png", "type": "image"}
    job = video("succeeded", result={"assetId": "asset_7", "url": "/api/x"})
    answers = (ok(video("queued"), 202), ok(job), ok(asset))

    found = client(*answers, sent=sent).assets.add("proj_1", "https://example.com/lamp.png")

    assert found.id == "asset_7"
    assert sent[0].headers["Prefer"] == "respond-async"
    assert sent[1].url.path == "/vidworks/api/jobs/job_1"


def test_token_is_sent_to_the_service_only(tmp_path):
    sent: list[httpx.Request] = []
    files = [httpx.Response(200, content=b"film") for _ in range(3)]
    vidworks = client(*files, sent=sent)

    for address in ("/api/x", f"{BASE}/api/x", "https://tools.example.com/other"):
        vidworks.download(address, tmp_path / "film.mp4")

    assert ["Authorization" in request.headers for request in sent] == [True, True, False]


@cases(("break_at", "resumes"), {"in the middle": (6, True), "before the first byte": (0, False)})
def test_download_goes_on_after_a_break(tmp_path, break_at, resumes):
    sent: list[httpx.Request] = []
    headers = {"ETag": '"v1"', "Content-Length": "10"}
    rest = b"0123456789"[break_at:]
    second = httpx.Response(206 if resumes else 200, content=rest, headers={"ETag": '"v1"'})
    seen: list[tuple[int, int | None]] = []

    client(
        httpx.Response(200, stream=Breaking(b"0123456789"[:break_at]), headers=headers),
        second,
        sent=sent,
    ).download("/api/x", tmp_path / "film.mp4", on_bytes=lambda *each: seen.append(each))

    assert (tmp_path / "film.mp4").read_bytes() == b"0123456789"
    assert [*tmp_path.iterdir()] == [tmp_path / "film.mp4"]
    assert sent[1].headers.get("Range") == (f"bytes={break_at}-" if resumes else None)
    assert sent[1].headers.get("If-Range") == ('"v1"' if resumes else None)
    assert seen[-1] == (10, 10)


def test_download_of_a_broken_encoding_is_an_error(tmp_path):
    headers = {"Content-Encoding": "gzip"}
    content = httpx.ByteStream(b"not gzip")
    broken = [httpx.Response(200, headers=headers, stream=content) for _ in range(4)]

    with pytest.raises(ConnectionFailedError):
        client(*broken).download("/api/x", tmp_path / "film.mp4")


def test_video_that_is_not_finished_has_no_file(tmp_path):
    vidworks = client(ok(video("running")))

    with pytest.raises(NoFileError, match="job_1 has no file: its job is running"):
        vidworks.download(vidworks.videos.get("job_1"), tmp_path / "film.mp4")


def test_page_of_another_server_is_an_error():
    with pytest.raises(APIError, match=r"not JSON: Is https://tools\.example\.com/.* Vidworks\?"):
        client(httpx.Response(200, text="<html>")).projects.list()


def test_download_that_fails_leaves_the_file_from_before(tmp_path):
    (tmp_path / "film.mp4").write_bytes(b"old")
    headers = {"Content-Length": "5"}
    broken = [httpx.Response(200, stream=Breaking(b""), headers=headers) for _ in range(4)]

    with pytest.raises(ConnectionFailedError):
        client(*broken).download("/api/x", tmp_path / "film.mp4")

    assert (tmp_path / "film.mp4").read_bytes() == b"old"
    assert len([*tmp_path.iterdir()]) == 1


class Breaking(httpx.SyncByteStream):
    """A body that ends with a broken connection."""

    def __init__(self, beginning: bytes) -> None:
        self._beginning = beginning

    def __iter__(self) -> Any:
        if self._beginning:
            yield self._beginning
        raise httpx.ReadError("cut")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:3001/", "http://localhost:3001"),
        ("https://example.com/vidworks/api", "https://example.com/vidworks"),
        ("https://example.com/vidworks", "https://example.com/vidworks"),
    ],
)
def test_base_of_addresses(url, expected):
    assert base_url(url) == expected
    assert join(expected, "/api/health") == f"{expected}/api/health"


@pytest.mark.parametrize("url", ["localhost:3001", "ftp://example.com", "https://"])
def test_bad_url_is_refused(url):
    with pytest.raises(ValueError, match="expected one with http or https"):
        Vidworks(url)


def test_environment_names_service_and_token(monkeypatch):
    monkeypatch.setenv("VIDWORKS_URL", "https://example.com/v/")
    monkeypatch.setenv("VIDWORKS_TOKEN", "vg_1")

    with Vidworks() as vidworks:
        assert vidworks.absolute("/api/x") == "https://example.com/v/api/x"
