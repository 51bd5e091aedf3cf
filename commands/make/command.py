"""The command `make`: photos and a sentence in, a video out."""

import shutil
import sys
from pathlib import Path
from typing import Any, TextIO

import click
import orjson
from flask.cli import with_appcontext

from commands.cli import exit_on_sigterm, handle_errors, next_command, print_message
from commands.make.command_inputs import (
    check_together,
    read_inputs,
    read_lines,
    read_shape,
    scenes_of_lines,
    surplus,
)
from commands.make.local_orders import Job, Json, LocalOrders
from commands.make.output_file import check_output, write_video
from commands.make.progress_bars import ProgressBars
from errors import KeyRequiredError
from jobs.model import FINISHED, JobRef, to_public
from web.context import services

# Statuses of jobs whose order is at fault: they fail again in the same way.
_FAULTS_OF_ORDER = {400, 413, 415}
_WAIT_OR_CANCEL = (
    "The same command waits for it again; with --cancel, it stops it, as Cancel under Jobs in the"
    " page does."
)


@click.command("make")
@click.argument("inputs", nargs=-1, metavar="[PHOTO]... [SENTENCE]")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("video.mp4"),
    show_default=True,
    help="The file of the video, an MP4; an existing one is replaced.",
)
@click.option(
    "--lines",
    type=click.File(encoding="utf-8"),
    help="What is said: a file with one line for each photo. Photos move, no vendor draws. With"
    " more lines, photos are shown again, from the first on; photos without a line are silent.",
)
@click.option(
    "--say",
    multiple=True,
    metavar="TEXT",
    help="A line that is said, in place of --lines; repeat it for each photo.",
)
@click.option(
    "--shape",
    callback=read_shape,
    default="portrait",
    show_default=True,
    help="portrait, landscape, square, or width and height of 16 to 4096 pixels, such as 720x1280.",
)
@click.option("--seconds", type=click.FloatRange(1, 600), help="How long the video is to be.")
@click.option("--language", help="The language of its texts and of its voice, such as German.")
@click.option("--template", metavar="NAME", help="An editor template: texts over the video.")
@click.option("--provider", metavar="NAME", help="The AI vendor, such as gemini, or demo.")
@click.option("--user", metavar="EMAIL", help="Whose video it is; default: the oldest account.")
@click.option("--silent", is_flag=True, help="Make no voice and no music.")
@click.option("--resume", is_flag=True, help="Continue after a failure; only the rest is paid.")
@click.option("--cancel", is_flag=True, help="Stop the video of this order, also in the service.")
@click.option("--again", is_flag=True, help="Make another one of an order that is finished.")
@click.option("--json", "as_json", is_flag=True, help="Print the job as JSON at the end.")
@with_appcontext
@handle_errors()
@exit_on_sigterm()
def make(
    inputs: tuple[str, ...],
    output: Path,
    lines: TextIO | None,
    say: tuple[str, ...],
    **options: Any,
) -> None:
    """Make a video of photos and a sentence that says what it is about.

    PHOTO is a file, or an address with http(s). It needs no running service; one that runs on
    DATA_DIR makes the video, and goes on after Ctrl-C: --cancel stops it. The same command goes on
    with a video that is not finished.
    """
    photos, sentence = read_inputs(inputs, services().settings.max_asset_mb)
    said = read_lines(lines, say)
    check_together(photos, sentence, said, is_silent=options["silent"])
    orders = LocalOrders(services().jobs, options["user"])
    body = _body(sentence, said, len(photos), output, options)
    chosen = {name: options[name] for name in ("provider", "template")}
    if options["cancel"]:
        _tell_cancelled(orders, orders.cancel(body, photos, **chosen))
        return
    check_output(output)
    try:
        ref = orders.order(body, photos, **chosen, again=options["again"])
    except KeyRequiredError as exc:
        raise click.ClickException(orders.advice_on_key(exc.vendor)) from exc
    if options["resume"]:
        orders.resume(ref)
    state = orders.get(ref)["state"]
    was_finished = state == "succeeded"
    if was_finished or state not in FINISHED:
        print_message(_beginning(orders, output, was_finished=was_finished))
    if told := surplus(len(said), len(photos)):
        print_message(told)
    job = _follow(orders, ref)
    if job["state"] == "succeeded":
        with orders.open_video(job).file as video:
            write_video(video, output)
    if options["as_json"]:
        click.echo(orjson.dumps({**to_public(job), "file": str(output)}))
    if job["state"] != "succeeded":
        raise click.ClickException(why_not(job))
    _tell_end(orders, job, output, was_finished=was_finished)


def _beginning(orders: LocalOrders, output: Path, *, was_finished: bool) -> str:
    """Return what is told before the steps: whose video it is, and what Ctrl-C does."""
    if was_finished:
        return (
            f"This order of {orders.account} is finished: its video is written again."
            " --again makes another one."
        )
    if orders.is_left_to_service:
        made = f"The service makes {output} for {orders.account}, also after Ctrl-C."
        return f"{made} {_WAIT_OR_CANCEL}"
    return f"Making {output} for {orders.account}. Ctrl-C stops; the same command goes on."


def _tell_cancelled(orders: LocalOrders, ref: JobRef) -> None:
    """Wait until a job is cancelled, and say so."""
    state = orders.follow(ref, lambda _: None)["state"]
    if state != "cancelled":
        raise click.ClickException(f"It ended before it was cancelled. Its state is {state}.")
    print_message("Cancelled. What is made is kept: the same command with --resume goes on.")


def _follow(orders: LocalOrders, ref: JobRef) -> Job:
    """Show the progress of a job until it ends, and return it.

    Raises SystemExit on Ctrl-C and SIGTERM.
    """
    bars = ProgressBars(sys.stderr, shutil.get_terminal_size().columns)
    try:
        return orders.follow(ref, lambda job: bars.show(job["steps"]))
    except (KeyboardInterrupt, SystemExit) as exc:
        if orders.runs_here(ref):
            print_message("Stopping, when paid requests are answered. The same command goes on.")
            orders.stop()
        else:
            print_message(f"The service goes on. {_WAIT_OR_CANCEL}")
        raise SystemExit(getattr(exc, "code", 130)) from None


def _body(
    sentence: str | None, said: list[str], photos: int, output: Path, options: dict[str, Any]
) -> Json:
    """Return the order as `POST /api/videos` takes it, without the photos."""
    body: Json = {"resolution": options["shape"], "sound": not options["silent"]}
    if sentence is None:
        body["name"] = output.stem
    else:
        body["prompt"] = sentence
    body |= {"videoDuration": options["seconds"], "language": options["language"]}
    if said:
        body["scenes"] = scenes_of_lines(said, photos)
    return {name: value for name, value in body.items() if value is not None}


def why_not(job: Job) -> str:
    """Return why there is no video, and how to go on if that may help."""
    reason = job["reason"] or f"The video is {job['state']}."
    if (job["failure"] or {}).get("status") in _FAULTS_OF_ORDER:
        return reason
    return f"{reason} The same command with --resume goes on, and pays only for the rest."


def _tell_end(orders: LocalOrders, job: Job, output: Path, *, was_finished: bool) -> None:
    result = job["result"]
    made = "" if was_finished else f", made in {result['elapsed']:.0f} s"
    print_message(f"{output}: a video of {result['duration']:.1f} s{made}.")
    if any(step["name"] == "narration" and step["state"] == "skipped" for step in job["steps"]):
        print_message("It has no voice, since no scene has a line: --lines gives the lines.")
    if not (was_finished or orders.has_password):
        print_message(
            "To edit it in the page, set a password:"
            f" `{next_command(f'users password {orders.account}')}`."
            f" Then `{next_command('start')}`, and log in as {orders.account}."
        )
