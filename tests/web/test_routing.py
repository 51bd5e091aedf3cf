"""Rules of routes compile what builds their URLs when one is built."""

import pytest
from flask import url_for
from werkzeug.routing import BuildError


def test_url_is_built_of_a_views_name_and_variables(app):
    with app.test_request_context():
        url = url_for("works.get_work", project_id="proj_1", work_id="work_1", fields="name")
        assert url == "/api/projects/proj_1/works/work_1?fields=name"
        with pytest.raises(BuildError):
            url_for("works.get_work", project_id="proj_1")
