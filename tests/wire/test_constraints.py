"""The constraints of the models of STS and KMS on every member, tested with clients that do not validate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import botocore.session
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from mocks3 import mock_s3
from mocks3.operations.registry import registered

EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
CODES = {"sts": "ValidationError", "kms": "ValidationException"}
WORDS = (
    "arn:aws:iam::123456789012:role/reader",
    "name-12345",
    "AKIAIOSFODNN7EXAMPLE",
    "123456",
    "logging.s3.amazonaws.com",
    "ES384",
    "{}",
)
"""For every pattern and length of the models, one of these is valid."""

JAVA = {r"\p{L}": "A-Za-z\u0416", r"\p{N}": "0-9", r"\p{Z}": " "}


@pytest.fixture
def aws():
    with mock_s3() as world:
        yield world


@pytest.fixture
def clients(aws):
    eve = aws.account().create_user("eve", policies=EVERYTHING)
    lax = Config(parameter_validation=False)
    return {service: eve.client(service, config=lax) for service in CODES}


def refused(call: Any, /, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


class Case(NamedTuple):
    """An input with one fault, and its message."""

    service: str
    operation: str
    params: dict[str, Any]
    fault: str


def _input_shape(service: str, operation: str) -> Any:
    """Return the shape of an operation's input; None if it has none, or botocore does not have it."""
    model = botocore.session.get_session().get_service_model(service)
    return model.operation_model(operation).input_shape if operation in model.operation_names else None


def _right(shape: Any) -> Any:
    """Return a valid value."""
    kind, traits = shape.type_name, shape.metadata
    if kind == "structure":
        return {name: _right(member) for name, member in shape.members.items()}
    if kind == "list":
        return [_right(shape.member)]
    if kind == "map":
        return {"key": _right(shape.value)}
    if kind == "string":
        return shape.enum[0] if shape.enum else next(word for word in WORDS if _fits(word, traits))
    return {"boolean": False, "blob": b"x", "timestamp": 0}.get(kind, traits.get("min", 1))


def _fits(word: str, traits: dict[str, Any]) -> bool:
    pattern = traits.get("pattern", "(?s).*")
    for name, characters in JAVA.items():
        pattern = pattern.replace(name, characters)
    return traits.get("min", 0) <= len(word) <= traits.get("max", 1 << 20) and bool(
        re.fullmatch(pattern, word)
    )


def _wrong(shape: Any) -> Iterator[tuple[Any, str, bool]]:
    """Return values with one fault, the text of the fault, and whether it is the whole message."""
    kind, traits = shape.type_name, shape.metadata
    most, least = traits.get("max"), traits.get("min")
    if kind in ("integer", "long"):
        if most is not None:
            yield most + 1, f"Member must have value less than or equal to {most}", True
        if least is not None:
            yield least - 1, f"Member must have value greater than or equal to {least}", True
    if kind == "list":
        if most is not None and most < 100:
            yield (
                [_right(shape.member)] * (most + 1),
                f"Member must have length less than or equal to {most}",
                True,
            )
        if least:
            yield [], f"Member must have length greater than or equal to {least}", True
    if kind == "string":
        alone = "pattern" not in traits
        if shape.enum:
            yield "Nothing", f"Member must satisfy enum value set: [{', '.join(shape.enum)}]", True
        if most is not None:
            yield "a" * (most + 1), f"Member must have length less than or equal to {most}", alone
        if least:
            yield "", f"Member must have length greater than or equal to {least}", alone
        if not alone:
            words = f"Member must satisfy regular expression pattern: {traits['pattern']}"
            free = {"pattern": traits["pattern"]}
            yield next(text for text in ("\u0416" * 20, "\x01" * 20) if not _fits(text, free)), words, False


def _mutations(shape: Any, path: str = "") -> Iterator[tuple[Any, str, bool]]:
    """Return values of the shape with one fault at any depth."""
    kind = shape.type_name
    if kind == "structure":
        for name, member in shape.members.items():
            place = f"{path}.{name[0].lower()}{name[1:]}".removeprefix(".")
            whole = _right(shape)
            if name in shape.required_members:
                left = {each: value for each, value in whole.items() if each != name}
                yield (
                    left,
                    f"Value null at '{place}' failed to satisfy constraint: Member must not be null",
                    True,
                )
            for value, fault, alone in _mutations(member, place):
                yield {**whole, name: value}, fault, alone
        return
    for value, words, alone in _wrong(shape):
        shown = f"[{', '.join(map(str, value))}]" if isinstance(value, list) else value
        if not isinstance(value, list) or not value or not isinstance(value[0], dict):
            yield value, f"Value '{shown}' at '{path}' failed to satisfy constraint: {words}", alone
    if kind == "list" and shape.member.type_name == "structure":
        for value, fault, alone in _mutations(shape.member, f"{path}.1.member"):
            yield [value], fault, alone
    elif kind == "list":
        for value, words, _ in _wrong(shape.member):
            yield [value], f"Value '[{value}]' at '{path}' failed to satisfy constraint: ", True
            assert words


def _cases() -> list[Any]:
    found = []
    for service, operation in sorted(registered()):
        shape = _input_shape(service, operation) if service in CODES else None
        if shape is not None:
            for params, fault, alone in _mutations(shape):
                count = "1 validation error detected: " if alone else ""
                found.append(Case(service, operation, params, count + fault))
    return found


CASES = _cases()


def test_there_are_cases_of_every_kind():
    assert len(CASES) > 150
    for words in (
        "not be null",
        "pattern",
        "length less",
        "length greater",
        "value less",
        "value greater",
        "enum",
    ):
        assert any(words in case.fault for case in CASES), words


@pytest.mark.parametrize("operation", sorted({(case.service, case.operation) for case in CASES}))
def test_every_constraint_of_the_model_is_checked(clients, aws, operation):
    service, name = operation
    call = getattr(clients[service], xform_name(name))
    keys = dict(aws.iam._keys)
    for case in (case for case in CASES if (case.service, case.operation) == operation):
        code, message = refused(call, **case.params)
        assert code == CODES[service], case
        told = case.fault.replace("\x01", "\ufffd") if service == "sts" else case.fault
        assert told in message, case
    assert aws.iam._keys == keys
    assert [key.manager for key in aws.kms.keys("123456789012", "us-east-1")] == ["AWS"]


def test_several_faults_are_in_one_message_in_the_order_of_the_model(clients):
    assert refused(clients["sts"].assume_role) == (
        "ValidationError",
        "2 validation errors detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null; "
        "Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null",
    )
    arn = r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+"
    assert refused(clients["sts"].assume_role, RoleArn="", RoleSessionName="ab") == (
        "ValidationError",
        "2 validation errors detected: Value '' at 'roleArn' failed to satisfy constraint: Member must satisfy "
        f"regular expression pattern: {arn}; Value '' at 'roleArn' failed to satisfy constraint: Member must have "
        "length greater than or equal to 20",
    )


@pytest.mark.parametrize("character", ["\0", "\x0b", "\x1f", "\ufffe", "\uffff", "\x7f", "\n"])
def test_characters_not_valid_in_xml_give_an_error_that_is_valid_xml(clients, aws, character):
    role = aws.account().create_role("reader")
    shown = character if character in "\x7f\n" else "\ufffd"
    code, message = refused(clients["sts"].assume_role, RoleArn=role.arn, RoleSessionName=f"a{character}b")
    assert (code, f"Value 'a{shown}b' at 'roleSessionName'" in message) == ("ValidationError", True)
    code, message = refused(clients["sts"].get_federation_token, Name=f"a{character}b")
    assert (code, f"Value 'a{shown}b' at 'name'" in message) == ("ValidationError", True)


def test_tags_may_have_letters_of_any_script(clients, aws):
    """The patterns of tags have Java's names of Unicode categories."""
    role = aws.account().create_role("reader", trust=_everybody("sts:AssumeRole", "sts:TagSession"))
    tags = [{"Key": "ключ_é 1", "Value": "\u540d\u3000\u00b2"}]
    assert clients["sts"].assume_role(RoleArn=role.arn, RoleSessionName="s1", Tags=tags)["Credentials"]


def _everybody(*actions: str) -> dict[str, Any]:
    root = {"AWS": "arn:aws:iam::123456789012:root"}
    statement = {"Effect": "Allow", "Principal": root, "Action": list(actions)}
    return {"Version": "2012-10-17", "Statement": statement}


UNREADABLE = [
    *(
        ("CreateKey", body)
        for body in (b"[" * 100_000, b'{"a":' * 100_000, b"{", b"[]", b"null", b'"a"', b"\xff")
    ),
    ("CreateKey", b'{"Policy": ' + b"[" * 900 + b"]" * 900 + b"}"),
    ("DescribeKey", b"[" * 100_000),
    ("DescribeKey", b'{"KeyId": 5}'),
    ("DescribeKey", b'{"KeyId": "k", "GrantTokens": "token"}'),
    ("DescribeKey", b'{"KeyId": "k", "GrantTokens": {"a": 1}}'),
    ("ListKeys", b'{"Limit": 2147483648}'),
    ("ListKeys", b'{"Limit": 1.5}'),
    ("ListKeys", b'{"Limit": true}'),
    ("ListKeys", b'{"Limit": ' + b"9" * 5_000 + b"}"),
]


@pytest.mark.parametrize(
    ("operation", "body"), UNREADABLE, ids=[f"{name} {body[:40]!r}" for name, body in UNREADABLE]
)
def test_a_document_that_kms_cannot_read(clients, aws, operation, body):
    def replace(request: Any, **_: Any) -> None:
        request.data = body

    kms = clients["kms"]
    kms.meta.events.register("before-sign.kms", replace)
    given = {"KeyId": "k"} if operation == "DescribeKey" else {}
    assert refused(getattr(kms, xform_name(operation)), **given)[0] == "SerializationException"
    assert [key.manager for key in aws.kms.keys("123456789012", "us-east-1")] == ["AWS"]


@pytest.mark.parametrize(
    "form", ["A=1&A.=2", "RoleArn.=1&RoleArn=x", "RoleArn..a=1&RoleArn=x", "Tags.member.²=1"]
)
def test_a_form_whose_names_make_no_tree(clients, form):
    def replace(request: Any, **_: Any) -> None:
        request.data = f"Action=AssumeRole&Version=2011-06-15&{form}".encode("ascii", "xmlcharrefreplace")

    clients["sts"].meta.events.register("before-sign.sts", replace)
    assert refused(clients["sts"].assume_role)[0] == "ValidationError"


def test_a_grant_has_a_grantee(aws, clients):
    key, grant = aws.account().create_kms_key(), clients["kms"].create_grant
    assert refused(grant, KeyId=key.id, Operations=["Decrypt"])[0] == "ValidationException"
    assert key.record.grants == ()
