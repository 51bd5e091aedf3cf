"""Fixtures: the world of the matrix, made once in each process, and applications on copies."""

import shutil
from collections.abc import Callable

import pytest
from flask import Flask

from settings.config import Settings
from tests.access.callers import REMOVED, Caller, Relation
from tests.access.world import World
from tests.applications import create_app
from tests.walk import PopulatedProject

OpenWorld = Callable[[Caller, Relation], Flask]


@pytest.fixture(scope="session")
def world_template(tmp_path_factory, populated_template):
    """A data directory with the projects and the people of the matrix."""
    root = tmp_path_factory.mktemp("world") / "data"
    shutil.copytree(populated_template[0], root)
    app = create_app(Settings(data_dir=root, fsync=False, log_level="ERROR"))
    world = World(PopulatedProject.from_json(populated_template[1], app))
    app.extensions["services"].jobs.worker.stop(60)
    world.write(root)
    return root, world


@pytest.fixture
def world(world_template):
    return world_template[1]


@pytest.fixture
def open_world(world_template, settings):
    """Open an application on a copy of the data, made for a caller and a relation."""
    root, world = world_template

    def open_for(caller: Caller, relation: Relation) -> Flask:
        shutil.copytree(root, settings.data_dir)
        if relation is Relation.OWN and caller.is_user:
            world.give_copy_to(caller, settings.data_dir)
        app = create_app(settings)
        if caller is REMOVED:
            world.remove_member(app)
        return app

    return open_for
