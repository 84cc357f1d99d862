"""The document and the doors are the same table: each route is described, and described types exist."""

import json
import re
from typing import Any

from server.app import all_tables
from server.settings import Settings
from server.web.system import describe
from tests.conftest import Office

TABLES = all_tables(Settings(demo=True))
DOCUMENT = describe(TABLES)


def references(value: Any) -> set[str]:
    """All `$ref` below a value."""
    if isinstance(value, dict):
        here = {value["$ref"]} if "$ref" in value else set()
        return here.union(*(references(one) for one in value.values()))
    return set().union(*(references(one) for one in value)) if isinstance(value, list) else set()


def test_every_route_is_described_once_with_its_parameters() -> None:
    described = {(path, method) for path, item in DOCUMENT["paths"].items() for method in item}
    routes = [route for table in TABLES for route in table]
    assert described == {(re.sub(r"\{(\w+):[^}]*\}", r"{\1}", route.path), route.method.lower()) for route in routes}
    assert len(described) == len(routes)
    operations = [operation for item in DOCUMENT["paths"].values() for operation in item.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    for path, item in DOCUMENT["paths"].items():
        for operation in item.values():
            declared = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert declared == set(re.findall(r"\{(\w+)\}", path))
            assert operation["summary"].strip() and "200" in operation["responses"]


def test_every_reference_leads_somewhere_and_every_schema_is_used() -> None:
    used = references(DOCUMENT)
    schemas = DOCUMENT["components"]["schemas"]
    assert used == {f"#/components/schemas/{name}" for name in schemas}


def test_error_answers_name_their_codes() -> None:
    login = DOCUMENT["paths"]["/api/login"]["post"]["responses"]
    assert "login_wrong" in login["401"]["description"] and "login_locked" in login["423"]["description"]
    assert "csrf_rejected" in login["403"]["description"] and "too_many" in login["429"]["description"]


async def test_the_document_is_served_and_is_plain_json(office: Office) -> None:
    answer = await (await office.browser()).get("/api/openapi.json")
    assert answer.json == json.loads(json.dumps(DOCUMENT))
    assert answer.json["openapi"] == "3.1.0"


async def test_every_described_door_is_open_in_the_running_server(office: Office) -> None:
    """No 404 for want of a route: the router knows each path and method of the table."""
    known = {
        (route.method, route.resource.canonical) for route in office.app.router.routes() if route.resource is not None
    }
    for table in TABLES:
        for route in table:
            assert (route.method, re.sub(r"\{(\w+):[^}]*\}", r"{\1}", route.path)) in known
