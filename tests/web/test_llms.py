"""llms.txt and the pages of the documentation, which the service serves as Markdown."""

import re

import pytest

from web.api import llms

LINK = re.compile(r"\]\((\S+)\)")


def test_copy_in_the_documentation_is_what_the_program_writes():
    """If it isn't: .venv/bin/python -m web.api.llms."""
    assert (llms.DOCS / "llms.txt").read_text(encoding="utf-8") == llms.text("", "/api")


def test_each_link_of_llms_txt_leads_to_something(client):
    response = client.get("/llms.txt")
    links = LINK.findall(response.text)

    assert response.content_type == "text/plain; charset=utf-8"
    assert response.text.startswith("# Vidworks\n\n> ")
    assert "\n## Optional\n" in response.text
    assert {f"http://localhost/docs/{page}.md" for page in ("api", "ai", "errors")} <= {*links}
    assert [link for link in links if client.head(link).status_code != 200] == []


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("docs/how-to/n8n.md", "text/markdown"),
        ("examples/n8n/make-video.json", "application/json"),
        ("examples/curl/make-video.sh", "text/plain"),
        ("clients/python/README.md", "text/markdown"),
    ],
)
def test_pages_and_examples_are_served(client, path, media_type):
    response = client.get(f"/{path}")

    assert response.content_type == f"{media_type}; charset=utf-8"
    assert response.text == (llms.DOCS.parent / path).read_text(encoding="utf-8")


def test_nothing_else_is_served(client):
    names = ("example.jpg", "..%2fREADME.md", "../README.md", "nothing.md", "decisions", "%00.md")
    too_long = f"{'a' * 300}.md"

    answers = [client.get(f"/docs/{name}") for name in (*names, too_long)]

    assert {answer.status_code for answer in answers} == {404}
