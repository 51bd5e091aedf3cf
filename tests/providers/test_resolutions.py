"""Sizes, aspect ratios, durations and prompt lengths that are requested from each model."""

import pytest

from providers.models import Model, find_model, providers_for

PORTRAIT, LANDSCAPE, SQUARE = (1080, 1920), (1920, 1080), (1080, 1080)

# The sizes that the API documents, at portrait, landscape and square resolutions.
DOCUMENTED = [
    ("image", "dalle", "dall-e-3", ("1024x1792", "1792x1024", "1024x1024")),
    ("video", "runway", "gen3a_turbo", ("768:1280", "1280:768", None)),
    ("video", "gemini", "veo-2.0-generate-001", ("9:16", "16:9", "1:1")),
    ("video", "gemini", "veo-3.0-generate-001", ("9:16", "16:9", "1:1")),
    ("image", "gemini", "gemini-2.5-flash-image", (None, None, None)),
]

# Sizes of newer models.
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


@pytest.mark.parametrize(("role", "provider", "model", "sizes"), [*DOCUMENTED, *NEWER])
def test_size_at_portrait_landscape_and_square_resolutions(role, provider, model, sizes):
    known = find_model(role, provider, model)

    assert known.id == model
    assert tuple(known.size(*size) for size in (PORTRAIT, LANDSCAPE, SQUARE)) == sizes


@pytest.mark.parametrize(
    ("model", "size", "expected"),
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
def test_openai_size_has_the_nearest_supported_orientation_or_ratio(model, size, expected):
    assert find_model("image", "dalle", model).size(*size) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1080, 1350), "832:1104"),
        ((1440, 1080), "1104:832"),
        ((2560, 1080), "1584:672"),
        ((640, 360), "1280:720"),
    ],
)
def test_runway_size_has_the_nearest_supported_ratio(size, expected):
    assert find_model("video", "runway", "gen4.5").size(*size) == expected


@pytest.mark.parametrize(
    ("provider", "model", "requested", "expected"),
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
def test_duration_is_the_nearest_supported_and_the_longer_of_two(
    provider, model, requested, expected
):
    assert find_model("video", provider, model).duration(requested) == expected


@pytest.mark.parametrize(
    ("role", "provider", "model", "treated_as"),
    [
        ("image", "dalle", "gpt-image-3", "gpt-image-2.6-flare"),
        ("image", "dalle", "gpt-image-2-2026-04-21", "gpt-image-2"),
        ("image", "dalle", "gpt-image-2.5-sunburst-2026-09-01", "gpt-image-2.5-sunburst"),
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
def test_unknown_model_is_treated_like_the_newest_of_its_family(role, provider, model, treated_as):
    assert find_model(role, provider, model).id == treated_as


def test_video_models_have_durations_and_openai_models_have_sizes():
    for provider in providers_for("video").values():
        assert all(model.durations for model in provider.models if provider.id != "demo")
    for model in providers_for("image")["dalle"].models:
        assert model.size(*SQUARE)


@pytest.mark.parametrize(
    ("prompt", "units", "expected"),
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
def test_prompts_are_shortened_by_utf_16_units(prompt, units, expected):
    model = Model(id="m", name="M", description="", max_prompt=units)

    assert model.shorten_prompt(prompt) == expected


@pytest.mark.parametrize(
    ("role", "provider", "model", "units"),
    [
        ("image", "dalle", "dall-e-3", 4000),
        ("image", "dalle", "gpt-image-2", 32_000),
        ("video", "runway", "gen4.5", 1000),
    ],
)
def test_maximum_prompt_length_of_models(role, provider, model, units):
    assert len(find_model(role, provider, model).shorten_prompt("x" * 50_000)) == units
