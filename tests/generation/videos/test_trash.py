"""Videos whose work is deleted while one of their jobs is made, and restored."""

from tests.generation.videos.test_stops import TEXT_REQUEST, order
from tests.generation.videos.test_videos import work_of
from tests.jobs.helpers import (
    IMAGE_REQUEST,
    count_paid,
    find_requests,
    resume_job,
    until,
    wait_for_thread,
    wait_until_finished,
)


def test_what_arrives_in_the_trash_is_used_when_the_video_is_resumed(ana, vendors):
    vendors.rule(**IMAGE_REQUEST, slow=None, times=None)
    video = order(ana, export=False)
    until(lambda: find_requests(vendors, **IMAGE_REQUEST))
    work = work_of(ana.show(video))
    scenes = next(each["jobId"] for each in ana.show(video)["steps"] if each["name"] == "scenes")
    trash_id = ana.delete(work).headers["X-Deleted"]
    ended = wait_until_finished(ana, video)
    vendors.release()
    wait_for_thread(f"{work}/jobs/{scenes}")

    assert ana.post(f"/api/trash/{trash_id}/restore").status_code == 200

    assert (ended["state"], ended["reason"][-28:]) == ("failed", "was deleted in the meantime.")
    resume_job(ana, video)
    done = wait_until_finished(ana, video)
    assert done["state"] == "succeeded", done["reason"]
    made = len(ana.show(work)["scenes"])
    assert (count_paid(vendors, TEXT_REQUEST), count_paid(vendors, IMAGE_REQUEST)) == (1, made)
