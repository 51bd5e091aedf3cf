"""Offers of paid calls: what they say, how long they are good, and who confirms them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp_types import ElicitRequestFormParams, ElicitResult
from mcp_types.methods import validate_server_result

from tests.jobs.helpers import new_work_with_scenes
from tests.mcp_server.client import SESSION, STATELESS, Model, connected, run
from tests.mcp_server.helpers import data, failure, finished, handle
from tests.people import Person

Json = dict[str, Any]

DEMO = {"image_provider": "demo", "video_provider": "demo"}
PAID = {"image_provider": "openai", "video_provider": "runway"}


@pytest.fixture
def path(ana, project):
    """The path of a work with two small scenes."""
    return new_work_with_scenes(ana, project, 2, resolution={"width": 64, "height": 64})


def test_offer_says_who_is_called_how_often_and_with_whose_key(ana, path):
    ana.put("/api/provider-keys/runway", json={"key": "key-of-ana-for-runway"})
    ana.client.environ_base["HTTP_X_IMAGE_API_KEY"] = "key-of-this-connection"

    paid = data(ana, "generate", work=handle(path), **PAID)
    free = data(ana, "generate", work=handle(path), **DEMO)

    assert [(each["provider"], each["count"], each["key"]) for each in paid["wouldCall"]] == [
        ("dalle", 2, "the user's, from this connection"),
        ("runway", 2, "the user's, kept in Vidworks"),
    ]
    assert paid["cost"] == "charged by the providers to the owner of the key"
    assert {each["key"] for each in free["wouldCall"]} == {"none needed: free"}
    assert free["cost"] == "free"
    assert "key-of" not in str((paid, free))


def test_photos_that_are_shown_as_they_are_need_no_model(ana, project, samples):
    ana.upload(f"{project}/assets", samples / "image.png")
    photo = ana.show(f"{project}/assets")["assets"][0]["id"]
    direct = {"assetUsageMode": "direct", "selectedAssetIds": [photo]}
    path = new_work_with_scenes(ana, project, 1, **direct)
    order = {"work": handle(path), "scenes": [0], "make": "image"}

    confirm = data(ana, "generate", **order)["confirm"]
    finished(ana, data(ana, "generate", **order, confirm=confirm))

    assert data(ana, "get_work", work=handle(path))["scenes"][0]["image"]


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ({"image_provider": "no", "video_provider": "demo"}, 'image_provider is "no"; expected '),
        ({"what": "narration", "provider": "no"}, 'provider is "no"; expected '),
        ({"what": "captions", "provider": "no"}, 'provider is "no"; expected '),
    ],
)
def test_unknown_provider_is_refused_even_if_there_is_nothing_to_do(
    ana, path, samples, arguments, wrong
):
    for index in range(2):
        ana.upload(f"{path}/media/scene/{index}/image", samples / "image.png")
        ana.upload(f"{path}/media/scene/{index}/video", samples / "video.mp4")
        voice = f"{path}/media/scene/{index}/voice?narration=1"
        data(ana, "update_work", work=handle(path), scene=_spoken(index))
        ana.put(voice, data=(samples / "audio.wav").read_bytes())

    text = failure(ana, "generate", work=handle(path), **arguments)

    assert text.startswith(f"Unknown provider: {wrong}")


def _spoken(index: int) -> Json:
    return {"scene_index": index, "narration": {"text": "It glows"}}


def test_errors_name_arguments_instead_of_headers(ana, path):
    sound = {"narrator": {"provider": "demo", "voice": "en-woman"}}
    data(ana, "update_work", work=handle(path), scene=_spoken(0), sound=sound)

    other = failure(ana, "generate", work=handle(path), what="narration", provider="gemini")
    missing = failure(ana, "generate", work=handle(path))
    voices = failure(ana, "find", what="voices", provider="no")

    assert "choose another narrator, or leave provider and the model out" in other
    assert "The demo needs none: image_provider: demo chooses it." in missing
    assert 'provider: "no"; expected gemini or elevenlabs' in voices


def test_offer_stays_good_while_other_things_happen(ana, path, samples):
    ana.upload(f"{path}/media/scene/0/image", samples / "image.png")
    order = {"work": handle(path), "scenes": [0], **DEMO}
    confirm = data(ana, "generate", **order)["confirm"]

    other = {**order, "scenes": [1]}
    ana.upload(f"{path}/media/scene/1/video", samples / "video.mp4")
    redo = data(ana, "generate", **other, make="clip")["confirm"]
    job = data(ana, "generate", **other, make="clip", confirm=redo)
    assert finished(ana, job)["state"] == "succeeded"
    ana.put(path, json={"name": "Other", "editorState": {"captions": []}})
    data(ana, "update_work", work=handle(path), scene={"scene_index": 1, "image_prompt": "x"})
    finished(ana, data(ana, "export_video", work=handle(path), quality="draft"))

    assert finished(ana, data(ana, "generate", **order, confirm=confirm))["state"] == "succeeded"


def test_two_offers_at_once_are_two(ana, path):
    """Also of the same order: each is confirmed once, and repeating that starts nothing more."""
    order = {"work": handle(path), "what": "assets", "vision_provider": "demo"}
    project = path.partition("/works/")[0]
    image = Path(__file__).parents[2] / "docs" / "example.jpg"
    asset = ana.upload(f"{project}/assets", image).json["id"]
    offers = [data(ana, "analyze", **order, assets=[asset])["confirm"] for _ in range(2)]

    jobs = [
        data(ana, "analyze", **order, assets=[asset], confirm=each)["job"]
        for each in (*offers, *offers)
    ]

    assert len(set(offers)) == len(set(jobs)) == 2
    assert jobs[:2] == jobs[2:]


CHANGES: list[Callable[[Person, str, Path], Any]] = [
    lambda ana, path, _: data(
        ana, "update_work", work=handle(path), scene={"scene_index": 0, "image_prompt": "New"}
    ),
    lambda ana, path, samples: ana.upload(f"{path}/media/scene/0/image", samples / "image.png"),
    lambda ana, path, _: ana.put(path, json={"resolution": {"width": 80, "height": 80}}),
]


@pytest.mark.parametrize("change", CHANGES)
def test_offer_ends_when_its_scenes_change(ana, path, samples, change):
    order = {"work": handle(path), "scenes": [0], **DEMO}
    confirm = data(ana, "generate", **order)["confirm"]
    change(ana, path, samples)

    text = failure(ana, "generate", **order, confirm=confirm)

    assert text.startswith("What was confirmed has changed meanwhile")
    assert ana.show(f"{path}/jobs") == []


def test_made_up_confirmation_starts_nothing(ana, path):
    text = failure(ana, "generate", work=handle(path), **DEMO, confirm="0" * 24)

    assert text.startswith("What was confirmed has changed meanwhile")


def send(person: Person, modes: Json | None, **params: Any) -> Json:
    """Call `generate` as a client that elicits in these modes; return the result or the error."""
    prefix = "io.modelcontextprotocol"
    capabilities: Json = {} if modes is None else {"elicitation": modes}
    meta = {f"{prefix}/protocolVersion": STATELESS, f"{prefix}/clientCapabilities": capabilities}
    params = {"name": "generate", **params, "_meta": meta}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    fields = {"MCP-Protocol-Version": STATELESS, "Mcp-Method": "tools/call", "Mcp-Name": "generate"}
    answer: Any = person.post("/mcp", json=body, headers=fields).json
    if "result" in answer:
        validate_server_result("tools/call", STATELESS, answer["result"])
    return dict(answer.get("result") or answer["error"])


@pytest.mark.parametrize(
    ("modes", "kind"),
    [
        (None, "complete"),
        ({"url": {}}, "complete"),
        ({}, "input_required"),
        ({"form": {}}, "input_required"),
    ],
)
def test_user_is_asked_if_the_client_declares_it(ana, path, modes, kind):
    result = send(ana, modes, arguments={"work": handle(path), **DEMO})

    assert result["resultType"] == kind
    if kind == "input_required":
        message = result["inputRequests"]["confirm"]["params"]["message"]
        assert "demo demo-image (image) 2 times for scenes 0, 1; key: none needed: free" in message
        assert "Cost: free." in message


@pytest.mark.parametrize(
    "answer",
    [
        {"action": "decline"},
        {"action": "cancel"},
        {"action": "accept", "content": {"start": False}},
        {"action": "accept"},
    ],
)
def test_what_the_user_declines_is_not_started(ana, path, answer):
    arguments = {"work": handle(path), **DEMO}
    asked = send(ana, {}, arguments=arguments)

    result = send(
        ana,
        {},
        arguments=arguments,
        requestState=asked["requestState"],
        inputResponses={"confirm": answer},
    )

    assert "The user declined" in result["content"][0]["text"]
    assert ana.show(f"{path}/jobs") == []


@pytest.mark.parametrize(
    "reply",
    [
        {"requestState": "x", "inputResponses": {"confirm": {"action": "accept"}}},
        {"requestState": "0" * 24},
        {"requestState": "0" * 24, "inputResponses": {"confirm": 1}},
        {"inputResponses": {"confirm": {"action": "accept", "content": {"start": True}}}},
    ],
)
def test_malformed_reply_is_an_error(ana, path, reply):
    error = send(ana, {}, arguments={"work": handle(path), **DEMO}, **reply)

    assert error["code"] == -32602


@pytest.mark.slow
@pytest.mark.parametrize(("version", "asked"), [(STATELESS, 1), (SESSION, 0)])
def test_official_client_asks_its_user(demo_service, token, version, asked):
    messages: list[str] = []

    async def ask(_context: Any, params: ElicitRequestFormParams) -> ElicitResult:
        messages.append(params.message)
        return ElicitResult(action="accept", content={"start": True})

    async def scenario() -> None:
        async with connected(demo_service, token, version, ask) as model:
            await generate(model)

    async def generate(model: Model) -> None:
        size = {"width": 64, "height": 64}
        work = (await model.do("create_work", projectName="P", resolution=size))["work"]
        scenes = [{"image_prompt": "A lamp", "video_prompt": "It glows"}]
        await model.do("update_work", work=work, scenes=scenes)
        answer = await model.do("generate", work=work, **DEMO)
        if asked:
            await model.finished(answer)
        else:
            assert "confirm" in answer

    run(scenario)
    assert len(messages) == asked
