"""Which size, ratio and duration each model is asked for, at each resolution of a work."""

import pytest

from providers.models import Model, find_model, providers_for
from schemas.jobs import Role

PORTRAIT, LANDSCAPE, SQUARE = (1080, 1920), (1920, 1080), (1080, 1080)

# Exactly the table of the API's contract, for the models that it means.
CONTRACT = [
    ("image", "dalle", "dall-e-3", ("1024x1792", "1792x1024", "1024x1024")),
    ("video", "runway", "gen3a_turbo", ("768:1280", "1280:768", None)),
    ("video", "gemini", "veo-2.0-generate-001", ("9:16", "16:9", "1:1")),
    ("video", "gemini", "veo-3.0-generate-001", ("9:16", "16:9", "1:1")),
    ("image", "gemini", "gemini-2.5-flash-image", (None, None, None)),
]

# Newer models have values of their own.
NEWER = [
    ("image", "dalle", "gpt-image-2.6-flare", ("1024x1536", "1536x1024", "1024x1024")),
    ("image", "dalle", "gpt-image-2.6-sunburst", ("1024x1536", "1536x1024", "1024x1024")),
    ("image", "dalle", "gpt-image-2.5-sunburst", ("1008x1792", "1792x1008", "1024x1024")),
    ("image", "dalle", "gpt-image-2", ("1008x1792", "1792x1008", "1024x1024")),
    ("image", "dalle", "gpt-image-1.5", ("1024x1536", "1536x1024", "1024x1024")),
    ("image", "gemini", "gemini-nano-banana-2.1", ("9:16", "16:9", "1:1")),
    ("image", "gemini", "gemini-3.1-flash-image", ("9:16", "16:9", "1:1")),
    ("video", "runway", "gen4.5", ("720:1280", "1280:720", "960:960")),
    ("video", "runway", "gen4_turbo", ("720:1280", "1280:720", "960:960")),
    ("video", "runway", "veo3.1", ("720:1280", "1280:720", "1280:720")),
    ("video", "gemini", "gemini-omni-1.2-flash", ("9:16", "16:9", "16:9")),
    ("video", "gemini", "gemini-omni-1.1-flash", ("9:16", "16:9", "16:9")),
    ("video", "gemini", "veo-3.1-generate-preview", ("9:16", "16:9", "16:9")),
]


@pytest.mark.parametrize(("role", "provider", "model", "shapes"), [*CONTRACT, *NEWER])
def test_shapes(role: Role, provider: str, model: str, shapes: tuple[str | None, ...]) -> None:
    found = find_model(role, provider, model)

    assert found.id == model
    assert tuple(found.size(*size) for size in (PORTRAIT, LANDSCAPE, SQUARE)) == shapes


@pytest.mark.parametrize(
    ("model", "size", "shape"),
    [
        ("dall-e-3", (1080, 1350), "1024x1792"),
        ("dall-e-3", (1350, 1080), "1792x1024"),
        ("dall-e-3", (1081, 1080), "1792x1024"),
        ("gpt-image-2", (1080, 1350), "1024x1536"),
        ("gpt-image-2", (1000, 1500), "1024x1536"),
        ("gpt-image-2", (2560, 1080), "1792x768"),
        ("gpt-image-2", (1, 100_000), "1008x1792"),
    ],
)
def test_other_resolutions_go_by_orientation_or_where_there_is_a_choice_by_ratio(
    model: str, size: tuple[int, int], shape: str
) -> None:
    assert find_model("image", "dalle", model).size(*size) == shape


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((1080, 1350), "832:1104"),
        ((1440, 1080), "1104:832"),
        ((2560, 1080), "1584:672"),
        ((640, 360), "1280:720"),
    ],
)
def test_runway_takes_the_nearest_ratio(size: tuple[int, int], shape: str) -> None:
    assert find_model("video", "runway", "gen4.5").size(*size) == shape


@pytest.mark.parametrize(
    ("provider", "model", "asked", "taken"),
    [
        ("runway", "gen4.5", 0.5, 2),
        ("runway", "gen4.5", 3.4, 3),
        ("runway", "gen4.5", 60, 10),
        ("runway", "gen3a_turbo", 7, 5),
        ("runway", "gen3a_turbo", 7.5, 10),
        ("runway", "veo3.1", 5, 6),
        ("gemini", "gemini-omni-1.2-flash", 2, 3),
        ("gemini", "gemini-omni-1.2-flash", 12.2, 12),
        ("gemini", "gemini-omni-1.2-flash", 99, 15),
        ("gemini", "gemini-omni-1.1-flash", 12, 10),
        ("gemini", "veo-3.1-generate-preview", 4.9, 4),
        ("gemini", "veo-3.1-generate-preview", 5, 6),
        ("gemini", "veo-3.1-generate-preview", 9, 8),
    ],
)
def test_durations_are_the_nearest_allowed_and_of_two_the_longer(
    provider: str, model: str, asked: float, taken: int
) -> None:
    assert find_model("video", provider, model).duration(asked) == taken


@pytest.mark.parametrize(
    ("role", "provider", "model", "like"),
    [
        ("image", "dalle", "gpt-image-3", "gpt-image-2.6-flare"),
        ("image", "dalle", "gpt-image-2-2026-04-21", "gpt-image-2"),
        ("image", "dalle", "gpt-image-2.5-flare", "gpt-image-2.5-sunburst"),
        ("image", "dalle", "dall-e-4", "dall-e-3"),
        ("image", "gemini", "gemini-nano-banana-3", "gemini-nano-banana-2.1"),
        ("image", "gemini", "gemini-2.5-flash-image-preview", "gemini-2.5-flash-image"),
        ("video", "runway", "gen4.6", "gen4.5"),
        ("video", "runway", "gen5", "gen4.5"),
        ("video", "runway", "gen3a", "gen3a_turbo"),
        ("video", "gemini", "veo-3.0-fast-generate-001", "veo-3.0-generate-001"),
        ("video", "gemini", "veo-3.1-fast-generate-preview", "veo-3.1-generate-preview"),
        ("video", "gemini", "veo-4", "veo-3.1-generate-preview"),
        ("video", "gemini", "gemini-omni-2-flash", "gemini-omni-1.2-flash"),
        ("video", "gemini", "something-new", "gemini-omni-1.2-flash"),
    ],
)
def test_an_unknown_model_is_treated_like_the_newest_of_its_family(
    role: Role, provider: str, model: str, like: str
) -> None:
    assert find_model(role, provider, model).id == like


def test_every_clip_can_have_a_duration_and_every_image_of_openai_a_size() -> None:
    for provider in providers_for("video").values():
        assert all(model.durations for model in provider.models if provider.id != "demo")
    for model in providers_for("image")["dalle"].models:
        assert model.size(*SQUARE)


@pytest.mark.parametrize(
    ("text", "units", "cut"),
    [
        ("short", 10, "short"),
        ("one two three", 7, "one two"),
        ("one two three", 9, "one two"),
        ("unbreakable", 5, "unbre"),
        ("\U0001f600\U0001f600\U0001f600", 4, "\U0001f600\U0001f600"),
        ("\U0001f600\U0001f600\U0001f600", 5, "\U0001f600\U0001f600"),
        ("ab\n cd", 3, "ab"),
    ],
)
def test_prompts_are_cut_by_utf_16_units(text: str, units: int, cut: str) -> None:
    model = Model(id="m", name="M", description="", max_prompt=units)

    assert model.shorten_prompt(text) == cut


@pytest.mark.parametrize(
    ("role", "provider", "model", "units"),
    [
        ("image", "dalle", "dall-e-3", 4000),
        ("image", "dalle", "gpt-image-2", 32_000),
        ("video", "runway", "gen4.5", 1000),
    ],
)
def test_vendors_have_a_longest_prompt(role: Role, provider: str, model: str, units: int) -> None:
    assert len(find_model(role, provider, model).shorten_prompt("x" * 50_000)) == units
