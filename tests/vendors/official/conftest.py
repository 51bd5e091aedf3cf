"""Clients of the official SDKs that use the fake vendors, without retries."""

import io

import pytest
from anthropic import Anthropic
from elevenlabs import ElevenLabs
from google import genai
from google.genai.types import HttpOptions, HttpRetryOptions
from openai import OpenAI
from PIL import Image
from runwayml import RunwayML

from tests.vendors import Vendors

KEY = "sk-of-ana-1234"


@pytest.fixture
def openai(vendors):
    with OpenAI(base_url=f"{vendors.url}/openai/v1", api_key=KEY, max_retries=0) as client:
        yield client


@pytest.fixture
def claude(vendors):
    with Anthropic(base_url=f"{vendors.url}/claude", api_key=KEY, max_retries=0) as client:
        yield client


@pytest.fixture
def gemini(vendors):
    with genai.Client(api_key=KEY, http_options=http_options(vendors)) as client:
        yield client


@pytest.fixture
def runway(vendors):
    with RunwayML(base_url=f"{vendors.url}/runway", api_key=KEY, max_retries=0) as client:
        yield client


@pytest.fixture
def elevenlabs(vendors):
    return ElevenLabs(base_url=f"{vendors.url}/elevenlabs", api_key=KEY)


@pytest.fixture
def picture():
    """A PNG."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, "PNG")
    return file.getvalue()


def http_options(vendors: Vendors) -> HttpOptions:
    """Return http_options of Google's SDK with the vendors' URL and without retries."""
    return HttpOptions(base_url=f"{vendors.url}/gemini", retry_options=HttpRetryOptions(attempts=1))
