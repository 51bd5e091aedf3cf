"""Links to exports: each session or API token has one at a time, in all processes."""

from functools import partial

from sharing.links.exports import ExportIds, ExportLinks
from tests.applications import create_app
from tests.sharing.links.conftest import identity_of
from tests.simultaneous import at_once
from web.context import Services


def test_all_processes_give_out_the_same_link(settings, populated):
    ana = populated.owner
    _, _, _, project_id, _, work_id, _, export_id = populated.export.split("/")
    ids = ExportIds(project_id, work_id, export_id)
    identity = identity_of(ana)
    apps = [ana.client.application, *(create_app(settings) for _ in range(2))]
    makers = [links_of(app.extensions["services"]) for app in apps]

    [first] = {
        link.path for link in at_once([partial(each.make, identity, ids) for each in makers])
    }

    link = makers[0].make(identity, ids)
    assert link.path == first
    assert ana.delete(f"/api/links/{link.id}").status_code == 204
    [second] = {each.make(identity, ids).path for each in makers}
    assert second != first
    statuses = [ana.client.get(path, buffered=True).status_code for path in (first, second)]
    assert statuses == [404, 200]


def links_of(services: Services) -> ExportLinks:
    return ExportLinks(services.store, services.signer.derive, 600)
