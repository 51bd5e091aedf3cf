"""Job kind `rewrite`: what is said in a scene, in another number of words."""

from generation.texts import ask_and_parse
from jobs import paid_calls
from jobs.run import JobRun
from prompts import rewriting


def rewrite_narration(run: JobRun) -> None:
    """Ask a language model for the line; whoever ordered it decides what becomes of it."""
    if not paid_calls.needs_work(run, "llm"):
        return
    order = run.job["request"]
    question = rewriting.question(order["text"], order["words"], run.work.get("language"))
    ask_and_parse(run, "llm", question, rewriting.load_rewrite, is_result=True)
