"""Another id for a project: it is wherever the former one was."""

from storage.documents import journal
from storage.paths import WorkRef
from storage.project_ids import is_replaceable, replace_id

FORMER, NEW = "proj_0123456789abcdef", "proj_fedcba9876543210"


def test_changes_in_the_journal_of_a_job_are_kept(store):
    store.projects.create(FORMER, {"id": FORMER, "userId": "ana"})
    store.works(FORMER).create("w", {"id": "w", "projectId": FORMER})
    jobs = store.work_jobs(WorkRef(FORMER, "w"))
    url = f"/api/projects/{FORMER}/works/w"
    jobs.create("j", {"id": "j", "projectId": FORMER, "text": "x" * (journal.MIN_DOCUMENT_BYTES)})
    jobs.change("j", lambda job: job.update(result={"url": url}, other=f"{FORMER}0"), step=True)
    document = jobs.documents.path_of("j")
    with open(journal.path_of(document), "rb") as file:
        assert FORMER.encode() in file.read()

    replace_id(store.disk, store.projects.documents.directory_of(FORMER), FORMER, NEW)

    job = jobs.snapshot("j").values
    assert (job["projectId"], job["other"]) == (NEW, f"{FORMER}0")
    assert job["result"]["url"] == f"/api/projects/{NEW}/works/w"
    assert store.projects.snapshot(FORMER).values["id"] == NEW


def test_only_ids_that_the_service_made_are_replaceable():
    assert is_replaceable(FORMER)
    assert not is_replaceable("project")
