"""Every place that a new configuration document of a bucket needs, and what reports that the place was forgotten.

botocore's S3 model is read with an invented document, ``?color``: ``GetBucketColor``, ``PutBucketColor`` and
``DeleteBucketColor``. mocks3 refuses its operations by name until the register and the tables of the product have them.
``PLACES`` lists all places, also those of the docs and tests. Each must report the invention, and nothing that exists.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.loaders import JSONFileLoader

from mocks3 import NotSupported
from mocks3.access import vocabulary
from mocks3.handles.mock_aws import MockAWS
from mocks3.model import resource_types
from mocks3.model.operation import REGISTER
from mocks3.operations import registered
from mocks3.operations.configurations import BY_ID, DOCUMENTS
from mocks3.operations.configurations.document import ConfigurationDocument
from mocks3.wire import deviations, known, models

from .inputs import forget
from .test_documents_table import CASES

ROOT = Path(__file__).parents[2]
PERMISSIONS = ROOT / "tests" / "operations" / "facts" / "permissions.json"
INVENTED = ("GetBucketColor", "PutBucketColor", "DeleteBucketColor")
ACTIONS = ("s3:GetBucketColor", "s3:PutBucketColor")
COLOR = ConfigurationDocument(
    "color",
    "ColorConfiguration",
    "s3:GetBucketColor",
    "s3:PutBucketColor",
    {},
    ("get_bucket_color",),
    ("put_bucket_color",),
    ("delete_bucket_color",),
)
ROWS = {
    "GetBucketColor": "Bucket\nExpectedBucketOwner",
    "DeleteBucketColor": "Bucket\nExpectedBucketOwner",
    "PutBucketColor": "Bucket\nExpectedBucketOwner\nColorConfiguration\nColorConfiguration.Color\n"
    "ColorConfiguration.Color=BLUE\nColorConfiguration.Color=RED",
}
"""The rows of known_inputs.txt that the invention needs."""


def with_color(described: dict[str, Any]) -> dict[str, Any]:
    """Return a service model with the invented document."""
    bucket = {
        "shape": "BucketName",
        "contextParam": {"name": "Bucket"},
        "location": "uri",
        "locationName": "Bucket",
    }
    owner = {
        "shape": "AccountId",
        "location": "header",
        "locationName": "x-amz-expected-bucket-owner",
    }
    document = {
        "shape": "ColorConfiguration",
        "locationName": "ColorConfiguration",
        "xmlNamespace": {"uri": "http://s3.amazonaws.com/doc/2006-03-01/"},
    }
    request = {
        "type": "structure",
        "required": ["Bucket"],
        "members": {"Bucket": bucket, "ExpectedBucketOwner": owner},
    }
    shapes = {
        "Color": {"type": "string", "enum": ["BLUE", "RED"]},
        "ColorConfiguration": {"type": "structure", "members": {"Color": {"shape": "Color"}}},
        "GetBucketColorOutput": {"type": "structure", "members": {"Color": {"shape": "Color"}}},
        "GetBucketColorRequest": request,
        "DeleteBucketColorRequest": request,
        "PutBucketColorRequest": {
            **request,
            "members": {**request["members"], "ColorConfiguration": document},
            "payload": "ColorConfiguration",
        },
    }
    operations = {
        f"{verb.capitalize()}BucketColor": {
            "name": f"{verb.capitalize()}BucketColor",
            "http": {"method": verb.upper(), "requestUri": "/{Bucket}?color"},
            "input": {"shape": f"{verb.capitalize()}BucketColorRequest"},
        }
        for verb in ("get", "put", "delete")
    }
    operations["GetBucketColor"]["output"] = {"shape": "GetBucketColorOutput"}
    operations["DeleteBucketColor"]["http"]["responseCode"] = 204
    return {
        **described,
        "operations": described["operations"] | operations,
        "shapes": described["shapes"] | shapes,
    }


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read the invention as a part of botocore's model of S3."""
    load = JSONFileLoader.load_file

    def loaded(self: Any, path: str) -> Any:
        found = load(self, path)
        of = path.replace("\\", "/").split("/")
        return with_color(found) if found and (of[-1], of[-3]) == ("service-2", "s3") else found

    monkeypatch.setattr(JSONFileLoader, "load_file", loaded)
    forget()
    yield
    for name in INVENTED:
        REGISTER.pop(("s3", name), None)
    monkeypatch.undo()
    forget()


def register() -> None:
    registered()
    COLOR.register()


def record(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the invention to known_inputs.txt, as this process has read it."""
    for name, rows in ROWS.items():
        monkeypatch.setitem(known.table().operations, f"s3:{name}", rows)
    # What reads a request was compiled without the rows; the patched table itself has to stay.
    table = known.table()
    forget()
    monkeypatch.setattr(known, "table", lambda: table)


def add_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the actions to s3_actions.json, as this process has read it."""
    facts = vocabulary.action_facts()
    forget()
    more = [name.removeprefix("s3:") for name in ACTIONS]
    monkeypatch.setattr(vocabulary, "action_facts", lambda: {**facts, "bucket": [*facts["bucket"], *more]})


def client() -> Any:
    """Return a client of root that knows the invention."""
    return boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret").client("s3", "us-east-1")


def calls(s3: Any) -> dict[str, Callable[[], Any]]:
    return {
        "PutBucketColor": lambda: s3.put_bucket_color(Bucket="data", ColorConfiguration={"Color": "RED"}),
        "GetBucketColor": lambda: s3.get_bucket_color(Bucket="data"),
        "DeleteBucketColor": lambda: s3.delete_bucket_color(Bucket="data"),
    }


def assert_refused(s3: Any, aws: MockAWS, reason: str) -> None:
    """Each operation is refused by its name and the reason, and nothing is stored."""
    for name, call in calls(s3).items():
        with pytest.raises(NotSupported, match=rf"does not support s3:{name} \(botocore [^)]+\){reason}; "):
            call()
    bucket = aws.store.bucket("data")
    assert bucket is not None
    assert "color" not in bucket.configurations


def policy_of(action: str) -> str:
    statement = {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "arn:aws:s3:::data"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def assert_no_policy_can_name_it(s3: Any) -> None:
    for action in ACTIONS:
        with pytest.raises(ClientError, match="MalformedPolicy.*Policy has invalid action"):
            s3.put_bucket_policy(Bucket="data", Policy=policy_of(action))


def test_it_is_refused_by_name_until_every_table_of_the_product_has_it(
    aws: MockAWS, invented: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.account().create_bucket("data")
    s3 = client()
    assert_refused(s3, aws, "")
    assert_no_policy_can_name_it(s3)

    register()
    assert_refused(s3, aws, ": mocks3/wire/known_inputs.txt does not have it")
    record(monkeypatch)
    assert_refused(s3, aws, ": mocks3/access/facts/s3_actions.json does not have s3:(Get|Put)BucketColor")
    assert_no_policy_can_name_it(s3)
    add_actions(monkeypatch)

    for action in ACTIONS:
        s3.put_bucket_policy(Bucket="data", Policy=policy_of(action))
    s3.delete_bucket_policy(Bucket="data")
    assert calls(s3)["GetBucketColor"]().keys() == {"ResponseMetadata"}
    calls(s3)["PutBucketColor"]()
    assert calls(s3)["GetBucketColor"]()["Color"] == "RED"
    calls(s3)["DeleteBucketColor"]()
    assert "Color" not in calls(s3)["GetBucketColor"]()


# Places: each function returns the operations, actions or documents that the place lacks.


def lacking_in_register() -> set[str]:
    return set(models.service_model("s3").operation_names) - {name for _, name in registered()}


def lacking_in_known_inputs() -> set[str]:
    return {name for name in registered_names() if not known.is_recorded("s3", name)}


def lacking_in_action_table() -> set[str]:
    needs = (need for name in registered_names() for need in registered()["s3", name].needs)
    return {
        need.action
        for need in needs
        if need.action.startswith("s3:") and not vocabulary.is_action(need.action)
    }


ROOTS_AS_MODELLED = frozenset(
    {"ListBucketIntelligentTieringConfigurations", "ListObjectAnnotations", "PutObjectAnnotation"}
)
"""Operations whose answer's root element has the name of the model's output shape."""


def lacking_in_deviations() -> set[str]:
    found = set()
    for name in registered_names() & set(models.service_model("s3").operation_names) - ROOTS_AS_MODELLED:
        output = models.operation_model("s3", name).output_shape
        if output is None or "payload" in output.serialization or deviations.of("s3", name).root:
            continue
        if any("location" not in member.serialization for member in output.members.values()):
            found.add(name)
    return found


def lacking_in_resource_types() -> set[str]:
    names = [name for row in documents() for name in (*row.get, *row.put, *row.delete)]
    names += [f"get_bucket_{row.noun}_configuration" for row in BY_ID]
    uris = {models.operation_model("s3", camel(name)).http["requestUri"] for name in names}
    parts = {uri.partition("?")[2].partition("&")[0] for uri in uris}
    return parts - resource_types._NAMES.keys()


def lacking_in_permissions_facts() -> set[str]:
    facts = json.loads(PERMISSIONS.read_text("utf-8"))["operations"]
    return registered_names() - facts.keys() - {"PostObject"}


def lacking_in_document_cases() -> set[str]:
    cases = {name for case in CASES for name in (case.get, case.put)}
    return {camel(name) for row in documents() for name in (*row.get[:1], *row.put[:1]) if name not in cases}


def lacking_in_pages() -> set[str]:
    pages = [(ROOT / "docs" / name).read_text("utf-8") for name in ("coverage.md", "permissions.md")]
    return {name for name in registered_names() for page in pages if f"| {name} |" not in page}


PLACES: dict[str, tuple[Callable[[], set[str]], set[str]]] = {
    "mocks3/operations/configurations/__init__.py": (lacking_in_register, set(INVENTED)),
    "mocks3/wire/known_inputs.txt": (lacking_in_known_inputs, set(INVENTED)),
    "mocks3/wire/deviations.py": (lacking_in_deviations, {"GetBucketColor"}),
    "mocks3/access/facts/s3_actions.json": (lacking_in_action_table, set(ACTIONS)),
    "mocks3/model/resource_types.py": (lacking_in_resource_types, {"color"}),
    "docs/coverage.md, docs/permissions.md": (lacking_in_pages, set(INVENTED)),
    "tests/operations/facts/permissions.json": (lacking_in_permissions_facts, set(INVENTED)),
    "tests/operations/test_documents_table.py": (
        lacking_in_document_cases,
        {"GetBucketColor", "PutBucketColor"},
    ),
}
"""What each place lacks when the document is registered, or in the model, and nowhere else."""


def registered_names() -> set[str]:
    return {name for service, name in registered() if service == "s3"}


def documents() -> list[ConfigurationDocument]:
    return [*DOCUMENTS, *([COLOR] if ("s3", "PutBucketColor") in registered() else [])]


def camel(name: str) -> str:
    return "".join(map(str.capitalize, name.split("_")))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.compares_with_the_model
def test_the_place_has_every_document_that_there_is(place: str) -> None:
    lacking, _ = PLACES[place]
    assert lacking() == set()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.compares_with_the_model
def test_the_place_reports_a_document_that_it_lacks(place: str, invented: None) -> None:
    lacking, expected = PLACES[place]
    if lacking is not lacking_in_register:
        register()
    assert lacking() == expected


def test_the_list_of_additions_has_it(invented: None) -> None:
    """``python tools/known_inputs.py`` lists the operations, and records them as not reviewed."""
    spec = importlib.util.spec_from_file_location("known_inputs", ROOT / "tools" / "known_inputs.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    listed = set(tool.report().splitlines())
    assert {f"  s3:{name}" for name in INVENTED} <= listed
    recorded = set(tool.renewed().splitlines())
    assert {f"s3:{name} unreviewed" for name in INVENTED} <= recorded
