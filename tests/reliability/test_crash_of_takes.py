"""SIGKILL to all processes while takes are made and used: every acknowledged file survives."""

import pytest

from commands.doctor.checks import run_checks
from storage.store import Store
from tests.reliability.conftest import Run
from tests.reliability.data import leftovers
from tests.reliability.test_crash import ROUNDS, run_and_kill
from tests.reliability.workloads import TakeChanger, Workload

pytestmark = pytest.mark.slow


@pytest.mark.thorough
def test_takes_survive_repeated_sigkill(run: Run) -> None:
    service = run(TAKES=1000)
    token = service.register()
    project = service.client(token).new_project()
    workloads: list[Workload] = [TakeChanger(service.client(token), project) for _ in range(4)]

    for _ in range(ROUNDS):
        run_and_kill(service, workloads)
        service.start()

        assert leftovers(service.data_dir) == []
        for workload in workloads:
            workload.check()

    service.stop()
    store = Store(service.data_dir)
    assert all(not result.error for result in run_checks(store, repair=True))
    assert list(run_checks(store)) == []
    service.start()
    for workload in workloads:
        workload.check()
