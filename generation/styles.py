"""Style guides, found in a text or in a landing page."""

from typing import Any

from generation.texts import answered
from jobs import calls
from jobs.run import Run
from outbound import fetch
from outbound.errors import OutboundError
from prompts import style
from providers.contract import Question
from schemas.answers import load_product_info, load_style_guide
from web.errors import BadRequestError, not_fetched

Json = dict[str, Any]

_MOST_PAGE_BYTES = 5 << 20
_PAGE_SECONDS = 20.0


def extract(run: Run) -> None:
    """Job kind `style_guide`."""
    if not calls.is_open(run, "llm"):
        return
    request = run.job["request"]
    if "text" in request:
        question, read = style.text_question(request["text"]), _style
    else:
        question = _of_page(run, request)
        read = _style_and_product if request["includeProductInfo"] else _style
    answered(run, "llm", question, read, is_result=True)


def _of_page(run: Run, request: Json) -> Question:
    from outbound import page  # what it reads HTML with is needed here alone

    run.say(f"Reading {request['url']}")
    try:
        fetched = fetch.get(request["url"], max_bytes=_MOST_PAGE_BYTES, seconds=_PAGE_SECONDS)
        read = page.read(fetched.data, fetched.type)
    except OutboundError as exc:
        raise not_fetched(exc) from exc
    if not (read.text or read.description):
        raise BadRequestError("The page has no text", "It may need a browser to show anything.")
    with_product: bool = request["includeProductInfo"]
    return style.page_question(read, mode=request["mode"], product_info=with_product)


def _style(value: Json) -> Json:
    return {"styleGuide": load_style_guide(value)}


def _style_and_product(value: Json) -> Json:
    return {"styleGuide": load_style_guide(value), "productInfo": load_product_info(value)}
