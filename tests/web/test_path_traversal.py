"""Path traversal: invalid ids and indices in every parameter of every route return 400 or 404."""

import pytest

from tests.service import Answer, Service
from tests.walk import Route
from tests.web.raw_http import send_raw

PARAMETERS = (
    *("project_id", "work_id", "asset_id", "template_id", "cast_id", "token_id", "index"),
    *("job_id", "user_job_id", "provider", "export_id", "scene_index", "call_id", "take_id"),
    *("link_id", "link_token", "video_id", "trash_id", "review_id", "comment_id"),
    *("member_id", "invitation_id", "invitation"),
)

# As sent in a request line; {} stands for the valid value.
INVALID = (
    *("..", ".", "...", ".lock", ".changes", "%2e%2e", "%2e%2e%2f", "%2e%2e%2fusers"),
    *("..%2f..%2fjwt-secret", "..%5c..%5cjwt-secret", "%252e%252e%252f", "%2fetc%2fpasswd"),
    *("{}%2f..%2f{}", "{}%2fproject.json", "{}%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd"),
    *("%00", "{}%00", "{}%0a", "{}%0d%0a", "{}%20", "%20{}", "{}.", "{}%3Fa=b", "{};a", "{}%23"),
    *("x" * 65, "x" * 5000, "0" * 5000, "%ff%fe", "%ed%a0%80", "*", "~", "%20", "-1", "_1"),
    "%D9%A1",  # 1 in Arabic-Indic digits
    "%EF%BC%91",  # a fullwidth 1
    "%C2%B9",  # a superscript 1
    "%F0%9D%9F%8F",  # a mathematical bold 1
    "{}%D9%A1",
)
# One of each kind, for further routes and parameters with the same converter.
REPEATED = ("..", "%2e%2e%2f", "{}%2f..%2f{}", "%00", "{}%0a", "x" * 65, "%ff%fe", "{}%D9%A1")
# Valid ids, but no indices.
INVALID_INDICES = (
    *("00", "01", "1000", "9" * 40, "1_0", "1a"),
    *("0x0", "1e1", "nan", "1.0", "%2b1", "+1"),
)


def segments(route: Route) -> list[str]:
    """Return the segments of a route's rule: names of parameters, and literal text."""
    return [segment.strip("<>").rpartition(":")[2] for segment in route.rule.split("/")]


def invalid_urls(route: Route, parameter: str, values: tuple[str, ...] | None = None) -> list[str]:
    """Return a route's URL with each invalid value of one of its parameters."""
    parts = route.url.split("/")
    position = segments(route).index(parameter)
    if values is None:
        values = INVALID + INVALID_INDICES if parameter.endswith("index") else INVALID
    valid, urls = parts[position], []
    for value in values:
        parts[position] = value.replace("{}", valid)
        urls.append("/".join(parts))
    return urls


def of_each_rule(routes: list[Route]) -> list[Route]:
    """Return one of the routes of each rule, of which parameters are read before the method is."""
    return list({route.rule: route for route in reversed(routes)}.values())


@pytest.mark.parametrize(
    "choose", [of_each_rule, pytest.param(list[Route], marks=pytest.mark.thorough)]
)
@pytest.mark.parametrize("parameter", PARAMETERS)
def test_invalid_path_parameter_is_rejected(app, populated, parameter, choose):
    routes = choose([route for route in populated.routes(app) if parameter in segments(route)])
    before = populated.state()

    for number, route in enumerate(routes):
        is_first = number == 0 and parameter == PARAMETERS[0]
        is_repeated = not is_first and f"<id:{parameter}>" in route.rule
        for url in invalid_urls(route, parameter, REPEATED if is_repeated else None):
            response = populated.owner.request(route.method, url)
            assert response.status_code in {400, 404}, (route.method, url)
            assert route.method == "HEAD" or response.json["error"], (route.method, url)

    assert routes
    assert populated.state() == before


def test_path_parameters_of_all_routes_are_covered(app):
    files = {"docs.file", "console.get_file", "console.get_font"}  # which tests of their own cover
    files |= {"console.get_review_page"}  # the same page, whatever its address says
    files |= {"llms.docs", "llms.examples", "llms.clients"}
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in files]

    assert {name for rule in rules for name in rule.arguments} == set(PARAMETERS)


def test_docs_do_not_serve_files_outside_of_their_directory(client):
    for name in (*INVALID, "..%2f__init__.py", "start.js%00", "..start.js"):
        response = client.get(f"/api/docs/{name.replace('{}', 'start.js')}")

        assert response.status_code == 404, name
        assert response.json["error"], name


@pytest.mark.parametrize(
    "value", ["..", "../users", "a/b", "", "\0", "x" * 5000, "\u0661", "id\n", 1]
)
def test_invalid_id_in_a_body_is_rejected(ana, project, work, value):
    for response in (
        ana.put(project, json={"id": value}),
        ana.put(work, json={"id": value}),
        ana.put(work, json={"projectId": value}),
        ana.put(work, json={"selectedAssetIds": [value]}),
        ana.post(f"{project}/works", json={"selectedAssetIds": [value]}),
        ana.post("/api/media-tokens", json={"projectId": value}),
        ana.post(f"{work}/apply-template", json={"templateId": value}),
    ):
        assert response.status_code == 400


def send(service: Service, method: str, target: bytes, token: str) -> Answer:
    """Send a request whose target is not normalized by a client."""
    head = b"%s %s HTTP/1.1\r\n" % (method.encode(), target)
    head += f"Host: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    return send_raw(service.port, head)


def test_real_service_rejects_invalid_path_parameters(service):
    token = service.register()
    project = service.request("POST", "/api/projects", {}, token).json["id"]
    work = service.request("POST", f"/api/projects/{project}/works", {}, token).json["id"]
    works = f"/api/projects/{project}/works"
    image = f"{works}/{work}/media/scene/0/image"
    media = "/api/projects/<id:project_id>/works/<id:work_id>/media/scene/<index>/image"
    routes = {
        "project_id": Route("GET", "/api/projects/<project_id>", f"/api/projects/{project}", ()),
        "work_id": Route(
            "GET", "/api/projects/<project_id>/works/<work_id>", f"{works}/{work}", ()
        ),
        "index": Route("PUT", media, image, ()),
        "token_id": Route("DELETE", "/api/tokens/<token_id>", "/api/tokens/tok_0", ()),
    }

    for parameter, route in routes.items():
        for url in invalid_urls(route, parameter):
            response = send(service, route.method, url.encode(), token)
            assert response.status in {400, 404}, url
            assert response.json["error"], url

    siblings = {path.name for path in service.data_dir.parent.iterdir()}
    assert siblings == {"data", "service.log"}


def test_real_service_rejects_malformed_request_targets(service):
    for target in (
        b"/api/projects/\xd9\xa1",  # an Arabic-Indic digit, unescaped
        b"/api/projects/\xff",
        b"/api/projects/\x00",
        b"/api/projects/..\\..\\jwt-secret",
        b"/../../../../etc/passwd",
        b"/api/docs/../../config.py",
        b"http://x/api/../../etc/passwd",
        b"//etc/passwd",
        b"/api//projects",
        b"../etc/passwd",
        b"*",
    ):
        response = send(service, "GET", target, "x")
        assert response.status in {400, 404}, target
        assert response.json["error"], target
