"""The cast of scenes: in prompts, as reference pictures, in warnings and refusals."""

import json
from itertools import count

import pytest
from PIL import Image

from providers.models import find_model
from tests.generation.helpers import paid_call, sha256, start_job
from tests.jobs.helpers import wait_until_finished
from tests.works.shapes import scene

HEADER = "These are in the picture, and look exactly the same in every picture of the film:"
NO_PICTURES = {"x-image-model-id": "dall-e-3", "x-video-provider": "runway"}

_sides = count(20)


@pytest.fixture
def new_picture(ana, project, tmp_path):
    """Upload another image each time; return the id of the asset and the digest of its file."""

    def new(**fields):
        path = tmp_path / f"{next(_sides)}.png"
        Image.new("RGB", (int(path.stem), 20), "teal").save(path)
        asset = ana.upload(f"{project}/assets", path).json
        if fields:
            ana.patch(f"{project}/assets/{asset['id']}", json=fields)
        return asset["id"], sha256(path.read_bytes())

    return new


@pytest.fixture
def new_member(ana, project):
    """Create a member of the project's cast and return its id."""

    def new(name, *asset_ids, kind="person", **fields):
        body = {"name": name, "kind": kind, "assetIds": [*asset_ids], **fields}
        return ana.create(f"{project}/cast", body)["id"]

    return new


def make_image(ana, work, headers=None):
    """Make the scene 0 of a work; return the answer."""
    return ana.post(f"{work}/generate/scene/0", headers=headers or {})


def said(call):
    """Return the lines of a prompt, without the style, the instruction and what to avoid."""
    lines = call["prompt"].splitlines()
    return [line for line in lines if not line.startswith(("Style:", "Photorealistic", "Avoid:"))]


@pytest.mark.parametrize("provider", ["gemini", "dalle"])
def test_pictures_of_the_cast_are_sent_in_the_order_of_the_scene(
    ana, vendors, save_work, new_picture, new_member, provider
):
    (front, front_sent), (side, side_sent), (lamp, lamp_sent) = (new_picture() for _ in range(3))
    mina = new_member("Mina", front, side, description="A woman of forty.\nGrey hair")
    lamp = new_member("The lamp", lamp, kind="product")
    work = save_work()
    ana.save(work, {"scenes": [scene(0, image_prompt="A desk", cast=[lamp, mina])]})

    answer = make_image(ana, work, {"x-image-provider": provider})

    assert answer.status_code == 200, answer.text
    call = paid_call(vendors, "image")
    assert call["pictures"] == [lamp_sent, front_sent, side_sent]
    assert said(call) == [
        "A desk",
        HEADER,
        "The lamp (product, reference image 1)",
        "Mina (person, reference images 2, 3): A woman of forty. Grey hair",
    ]


def test_scenes_without_cast_are_made_as_before(ana, vendors, save_work, new_asset, new_member):
    new_member("Mina", new_asset())
    work = save_work(1, selectedAssetIds=[new_asset(description="Red", name="Lamp")])

    assert make_image(ana, work).status_code == 200

    call = paid_call(vendors, "image")
    assert call["pictures"] == []
    assert "Lamp: Red" in call["prompt"]
    assert HEADER not in call["prompt"]
    assert "cast" not in ana.show(work)["scenes"][0]


def test_selected_images_follow_the_cast(ana, vendors, save_work, new_picture, new_member):
    (face, face_sent), (desk, desk_sent) = new_picture(), new_picture(name="Desk")
    work = save_work(selectedAssetIds=[desk, face], assetUsageMode="reference")
    ana.save(work, {"scenes": [scene(0, image_prompt="Work", cast=[new_member("Mina", face)])]})

    assert make_image(ana, work).status_code == 200

    call = paid_call(vendors, "image")
    assert call["pictures"] == [face_sent, desk_sent]
    lines = ["Mina (person, reference image 1)", "Desk (reference image 2)"]
    assert said(call) == ["Work", HEADER, *lines]


def test_model_without_pictures_gets_descriptions_and_the_answer_a_warning(
    ana, vendors, save_work, new_asset, new_member
):
    work = save_work()
    mina = new_member("Mina", new_asset(), description="Grey hair")
    ana.save(work, {"scenes": [scene(0, image_prompt="A desk", cast=[mina])]})

    job = start_job(ana, work, "scene", NO_PICTURES, sceneIndex=0)

    done = wait_until_finished(ana, job)
    assert done["result"]["warnings"] == [
        "Scene 1: DALL-E 3 takes no pictures: its image is made from the descriptions of its cast"
        " alone."
    ]
    call = paid_call(vendors, "image")
    assert call["pictures"] == []
    assert said(call) == ["A desk", HEADER, "Mina (person): Grey hair"]


@pytest.mark.parametrize(
    "model", ["gemini-2.5-flash-image", "gemini-nano-banana-2.1", "gpt-image-2"]
)
def test_one_picture_more_than_the_model_takes_is_refused_before_payment(
    ana, vendors, save_work, new_picture, new_member, model
):
    provider = "dalle" if model.startswith("gpt") else "gemini"
    most = find_model("image", provider, model).max_references
    pictures = [new_picture()[0] for _ in range(most + 1)]
    members = [
        new_member(f"Member {start}", *pictures[start : start + 6])
        for start in range(0, len(pictures), 6)
    ]
    work = save_work()
    ana.save(work, {"scenes": [scene(0, cast=members)]})
    headers = {"x-image-model-id": model}

    refused = make_image(ana, work, headers)
    ana.delete(f"{work.partition('/works')[0]}/cast/{members[-1]}")
    member = new_member("Last", *pictures[6 * (len(members) - 1) : most])
    ana.save(work, {"scenes": [scene(0, cast=[*members[:-1], member])]})
    accepted = make_image(ana, work, headers)

    assert refused.status_code == 400
    assert refused.json["details"].startswith(f"There are {most + 1} of its cast")
    assert f"takes {most}:" in refused.json["details"]
    assert accepted.status_code == 200, accepted.text
    assert len(paid_call(vendors, "image")["pictures"]) == most


def test_what_is_missing_is_named_and_nothing_is_paid(
    ana, project, vendors, save_work, new_asset, new_member
):
    asset = new_asset()
    mina = new_member("Mina", asset)
    work = save_work()
    ana.save(work, {"scenes": [scene(0, cast=[mina])]})

    ana.delete(f"{project}/assets/{asset}")
    without_picture = make_image(ana, work)
    ana.delete(f"{project}/cast/{mina}")
    without_member = make_image(ana, work)

    assert without_picture.status_code == without_member.status_code == 400
    assert without_picture.json["error"] == "A picture of Mina is missing"
    assert asset in without_picture.json["details"]
    assert mina in without_member.json["details"]
    assert vendors.counts() == []


def test_clients_that_do_not_know_the_cast_keep_it(ana, save_work, new_member):
    mina = new_member("Mina")
    work = save_work(2)
    ana.patch(work, json={"scenes": [scene(0, cast=[mina]), scene(1)]})

    ana.save(work, {"scenes": [scene(1), scene(0, image_prompt="Changed")]})
    kept = ana.show(work)["scenes"]
    ana.save(work, {"scenes": [scene(0, cast=None), scene(1, cast=[])]})

    assert [each.get("cast") for each in kept] == [None, [mina]]
    assert [each.get("cast") for each in ana.show(work)["scenes"]] == [None, []]


@pytest.mark.parametrize("cast", ["cast_1", ["../x"], [f"cast_{number}" for number in range(11)]])
def test_invalid_cast_of_a_scene_is_refused(ana, work, cast):
    answer = ana.patch(work, json={"scenes": [scene(0, cast=cast)]})

    assert answer.status_code == 400
    assert next(iter(answer.json["details"])).startswith("scenes.0.cast")


def test_scenario_names_the_cast_of_each_scene(ana, vendors, save_work, new_member):
    zoe = new_member("Zoé", description="Red hair")
    lamp = new_member("The lamp", kind="product")
    parts = {"duration_seconds": 4, "image_prompt": "A desk", "video_prompt": "It swings"}
    cast = (["Zoe\u0301", "A cat"], [], ["The lamp", "Zoé", "Zoé"])
    scenes = [{**parts, "scene_index": number, "cast": names} for number, names in enumerate(cast)]
    vendors.rule(kind="text", answer=json.dumps({"scenes": scenes}))

    work = save_work(sceneCount=3)
    answer = ana.post(f"{work}/scenario")

    assert answer.status_code == 200, answer.text
    stored = ana.show(work)["scenes"]
    assert [each.get("cast") for each in stored] == [[zoe], None, [lamp, zoe]]
    prompt = paid_call(vendors, "llm")["prompt"]
    assert "- Zoé (person): Red hair\n- The lamp (product): …" in prompt


def test_demo_puts_the_cast_into_each_scene(ana, save_work, new_member):
    mina, lamp = new_member("Mina"), new_member("Lamp (old)", kind="product", description="Red")
    work = save_work(sceneCount=2)

    assert ana.post(f"{work}/scenario", headers={"x-llm-provider": "demo"}).status_code == 200

    assert [each["cast"] for each in ana.show(work)["scenes"]] == [[mina, lamp]] * 2


def test_scenario_of_a_project_without_cast_is_asked_for_as_before(ana, vendors, save_work):
    ana.post(f"{save_work(sceneCount=1)}/scenario")

    assert "cast" not in json.dumps(paid_call(vendors, "llm"))
