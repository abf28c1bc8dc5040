"""What a newer botocore adds to its models is refused by its name, wherever it stands in whatever operation's input.

botocore's models are read with inventions in them: every structure of every input has one more member, every input one
more header and query parameter, every enumeration one more value, every service one more operation. Clients are made
of the same models.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import boto3
import botocore
import pytest
import requests
from botocore.loaders import JSONFileLoader

from mocks3 import NotSupported
from mocks3.handles.mock_aws import MockAWS
from mocks3.operations import registered
from mocks3.wire import models

from .inputs import CALLS, KEY, Path, dotted, filled, forget, method_of, paths, sample, with_member

SERVICES = ("s3", "sts", "kms", "iam", "s3control", "organizations")
VERSION = "1.99.0"
NAMES = {
    "RoleArn": "arn:aws:iam::123456789012:role/reader",
    "RoleSessionName": "session",
    "TaskPolicyArn": {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"},
    "Name": "federated",
    "AccountId": "123456789012",
    "ChildId": "123456789012",
    "TargetId": "123456789012",
    "RootId": "r-root",
    "ParentId": "r-root",
    "SourceParentId": "r-root",
    "DestinationParentId": "r-root",
    "OrganizationalUnitId": "ou-root-12345678",
    "PolicyId": "p-12345678",
    "HandshakeId": "h-12345678",
    "ResourceId": "r-root",
    "CreateAccountRequestId": "car-12345678",
    "Email": "owner@example.com",
    "VersionId": "v1",
}
"""Values that operations require before they read the rest."""


def invent(described: dict[str, Any]) -> dict[str, Any]:
    """The service model with inventions at every place of its inputs."""
    made = deepcopy(described)
    shapes = made["shapes"]
    shapes["Invented"] = {"type": "string"}
    shapes["InventedInput"] = {"type": "structure", "members": {"Invented": {"shape": "Invented"}}}
    for operation in made["operations"].values():
        operation.setdefault("input", {"shape": "InventedInput"})
    inputs = {each["input"]["shape"] for each in made["operations"].values() if "input" in each}
    for name in list(reachable(shapes, inputs)):
        shape = shapes[name]
        if shape["type"] == "structure" and name not in inputs:
            shape["members"]["Invented"] = {"shape": "Invented"}
        elif "enum" in shape:
            shape["enum"].append("INVENTED")
    for operation in made["operations"].values():
        output = shapes[operation["output"]["shape"]] if "output" in operation else {"payload": ""}
        if "payload" not in output:
            output["members"]["InventedToo"] = {"shape": "Invented"}
    rest = made["metadata"]["protocol"] == "rest-xml"
    for name in inputs:
        members = shapes[name]["members"]
        in_body = "payload" not in shapes[name] and any("location" not in each for each in members.values())
        if in_body or not rest:
            members["Invented"] = {"shape": "Invented"}
        if rest:
            members["InHeader"] = {
                "shape": "Invented",
                "location": "header",
                "locationName": "x-amz-invented",
            }
            members["InQuery"] = {"shape": "Invented", "location": "querystring", "locationName": "invented"}
    uri = "/?things" if rest else "/"
    made["operations"]["InventThings"] = {
        "name": "InventThings",
        "input": {"shape": "InventedInput"},
        "http": {"method": "POST", "requestUri": uri},
    }
    return made


def reachable(shapes: dict[str, Any], names: set[str]) -> set[str]:
    """The shapes that the given ones are made of, themselves included."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            shape = shapes[name]
            parts = [
                *shape.get("members", {}).values(),
                *(shape.get(part) for part in ("member", "key", "value")),
            ]
            waiting += [part["shape"] for part in parts if part]
    return found


@pytest.fixture(scope="module", autouse=True)
def newer() -> Iterator[None]:
    """A botocore that has more than mocks3 knows."""
    load = JSONFileLoader.load_file

    def loaded(self: Any, path: str) -> Any:
        found = load(self, path)
        of = path.replace("\\", "/").split("/")
        return invent(found) if found and of[-1] == "service-2" and of[-3] in SERVICES else found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", loaded)
        patch.setattr(botocore, "__version__", VERSION)
        forget()
        yield
    forget()


PLAYED = sorted(
    (service, name) for service, name in registered() if service in SERVICES and name != "PostObject"
)


def client_of(service: str, operation: str = "") -> Any:
    """A client that knows the inventions, of a Region that answers the operation."""
    region = "us-west-2" if "MultiRegion" in operation else "us-east-1"
    return boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret").client(service, region)


def shortest(shape: Any, operation: str, ids: dict[str, str]) -> dict[str, Any]:
    """A call of an operation, in a bucket that there is."""
    named = {name: value for name, value in (KEY | NAMES).items() if name in shape.required_members}
    made = CALLS.get(operation) or {**sample(shape), **named}
    return filled(made, ids)


def inventions(shape: Any, base: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Calls that each use one invention, and the words that must name it."""
    for path, member in paths(shape):
        text = dotted(shape, path)
        while member.type_name == "list":
            member, text = member.member, f"{text}[]"
        if path[-1] in ("Invented", "InHeader", "InQuery"):
            params = with_member(base, shape, path)
            alone(params, shape, path)
            yield f"the member {text} of", params
        elif path != ("ChecksumAlgorithm",) and member.type_name == "string" and "INVENTED" in member.enum:
            params = with_member(base, shape, path)
            put(params, path, "INVENTED")
            alone(params, shape, path)
            yield f"the value 'INVENTED' of {text} of", params


def alone(params: Any, shape: Any, path: Path) -> None:
    """Take away the other member of each union on the way (API_ObjectEncryption)."""
    for name in path:
        while isinstance(params, list):
            shape, params = shape.member, params[0]
        for other in set(params) - {name} if shape.is_tagged_union else ():
            del params[other]
        shape, params = shape.members[name], params[name]


def put(params: Any, path: Path, value: str) -> None:
    """Set what stands at a path, in the first item of each list on the way."""
    for name in path[:-1]:
        params = params[name]
        while isinstance(params, list):
            params = params[0]
    there = params[path[-1]]
    params[path[-1]] = [value] if isinstance(there, list) else value


@pytest.mark.parametrize(("service", "operation"), PLAYED)
def test_every_addition_is_refused_by_name(
    aws: MockAWS, world: dict[str, str], service: str, operation: str
) -> None:
    """No invention is accepted. One of ``ChecksumAlgorithm`` no client sends: see the next test."""
    if operation not in models.service_model(service).operation_names:
        pytest.skip("the installed botocore does not know the operation")
    model = models.operation_model(service, operation)
    if model.deprecated:
        pytest.skip("its calls are its successor's")
    shape, client = model.input_shape, client_of(service, operation)
    call = getattr(client, method_of(client, operation))
    mark, missed, tried = aws.snapshot(), [], 0
    base = shortest(shape, operation, world)
    for words, params in inventions(shape, base):
        tried += 1
        aws.restore(mark)
        try:
            call(**params)
        except NotSupported as refused:
            said = str(refused)
        except Exception as other:
            said = repr(other)
        else:
            said = "accepted"
        if f"{words} {service}:" not in said or f"botocore {VERSION}" not in said:
            missed.append(f"{words}: {said}")
    assert tried
    assert not missed, "\n".join(missed)


def signed(method: str, **params: Any) -> str:
    """A presigned URL for a call."""
    return str(client_of("s3").generate_presigned_url(method, params))


def test_a_new_value_is_refused_in_a_request_of_http(aws: MockAWS, world: dict[str, str]) -> None:
    """A client refuses a checksum algorithm that it cannot compute; other libraries ask for it."""
    headers = {"x-amz-sdk-checksum-algorithm": "INVENTED"}
    with pytest.raises(NotSupported, match="the value 'INVENTED' of ChecksumAlgorithm of s3:PutObject"):
        requests.put(signed("put_object", **KEY), b"x", headers=headers)


def test_a_new_member_is_refused_in_a_request_of_http(aws: MockAWS, world: dict[str, str]) -> None:
    """Header, presigned query and document, sent by another library than botocore."""
    url = signed("put_object", **KEY)
    with pytest.raises(NotSupported, match="the member InHeader of s3:PutObject"):
        requests.put(url, b"x", headers={"x-amz-invented": "1"})
    with pytest.raises(NotSupported, match="the member InQuery of s3:PutObject"):
        requests.put(signed("put_object", **KEY, InQuery="1"), b"x")
    document = (
        b"<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value><Invented>1</Invented></Tag></TagSet></Tagging>"
    )
    with pytest.raises(
        NotSupported, match=r"the member Tagging\.TagSet\[\]\.Invented of s3:PutObjectTagging"
    ):
        requests.put(signed("put_object_tagging", **KEY, Tagging={"TagSet": []}), document)


def test_a_new_member_is_refused_in_a_browsers_form(aws: MockAWS, world: dict[str, str]) -> None:
    """RESTObjectPOST: fields stand for headers, and one of them is a document."""
    form = client_of("s3").generate_presigned_post(
        "amzn-data", "form", {}, [["starts-with", "$x-amz-invented", ""], ["starts-with", "$tagging", ""]]
    )
    tag = "<Tag><Key>k</Key><Value>v</Value><Invented>1</Invented></Tag>"
    for field, name in (
        ({"x-amz-invented": "1"}, "InHeader of s3:PostObject"),
        ({"tagging": f"<Tagging><TagSet>{tag}</TagSet></Tagging>"}, "of s3:PutObjectTagging"),
    ):
        with pytest.raises(NotSupported, match=name):
            requests.post(form["url"], data=form["fields"] | field, files={"file": b"x"})
    assert [each["Key"] for each in aws.client("s3").list_objects_v2(Bucket="amzn-data")["Contents"]] == [
        "frozen",
        "k",
        "source",
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_a_new_operation_is_refused_by_name(aws: MockAWS, service: str) -> None:
    with pytest.raises(NotSupported, match=rf"{service}:InventThings \(botocore {re.escape(VERSION)}\)"):
        client_of(service).invent_things()


def test_a_new_member_of_an_answer_changes_nothing(aws: MockAWS, world: dict[str, str]) -> None:
    """Also where the answer is the text of its root (API_GetBucketLocation)."""
    s3 = client_of("s3")
    s3.create_bucket(Bucket="amzn-eu", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert s3.get_bucket_location(Bucket="amzn-eu")["LocationConstraint"] == "eu-west-1"
    assert "InventedToo" not in s3.list_buckets()
    assert client_of("sts").get_caller_identity()["Account"] == aws.account().id
