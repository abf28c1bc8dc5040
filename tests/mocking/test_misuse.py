"""What a test hands to mocks3 by mistake is refused in words, and never taken for something else."""

from __future__ import annotations

import dataclasses
import inspect
import pydoc
import re
from typing import Literal

import pytest

from mocks3 import Mocks3Error, mock_s3
from mocks3.mocking.options import MockOptions
from mocks3.model.world import Settings


@pytest.fixture
def aws():
    with mock_s3() as world:
        yield world


OPTIONS = [
    ({"strict": "false"}, "strict must be True or False, not 'false'"),
    ({"account": "12"}, "an account id must be a string of 12 digits, like \"123456789012\", not '12'"),
    (
        {"account": 123456789012},
        'an account id must be a string of 12 digits, like "123456789012", not 123456789012',
    ),
    ({"region": None}, "region must be the name of a Region, not None"),
]


@pytest.mark.parametrize(("options", "message"), OPTIONS)
def test_options(options, message):
    with pytest.raises(Mocks3Error, match=re.escape(message)):
        mock_s3(**options)


USER = "a principal, like aws.account().create_user('eve')"
MISTAKES = {
    "a number for an account": (
        lambda aws: aws.account(123456789012),
        'an account id must be a string of 12 digits, like "123456789012", not 123456789012',
    ),
    "a name with blanks": (
        lambda aws: aws.account().create_user("a b"),
        "the name of a user must have 1 to 64 letters, digits or characters of +=,.@_-, not 'a b'",
    ),
    "a role without a name": (
        lambda aws: aws.account().create_role(""),
        "the name of a role must have 1 to 64 letters, digits or characters of +=,.@_-, not ''",
    ),
    "a group's name that is too long": (
        lambda aws: aws.account().create_group("g" * 129),
        "the name of a group must have 1 to 128 letters",
    ),
    "a path without slashes": (
        lambda aws: aws.account().create_user("eve", path="team"),
        "a path must begin and end with /, like /team/, not 'team'",
    ),
    "tags as boto3 has them": (
        lambda aws: aws.account().create_user("eve", tags=[{"Key": "team", "Value": "blue"}]),
        "tags must be a dict of strings, like {'team': 'blue'}, not [{'Key': 'team', 'Value': 'blue'}]",
    ),
    "tags of a session that are no text": (
        lambda aws: aws.account().create_role("r").assume(tags={"team": 1}),
        "tags must be a dict of strings, like {'team': 'blue'}, not {'team': 1}",
    ),
    "the ARN of a managed policy": (
        lambda aws: aws.account().create_user("eve", policies="arn:aws:iam::aws:policy/AmazonS3FullAccess"),
        "a policy document is required, not the ARN arn:aws:iam::aws:policy/AmazonS3FullAccess: attach a managed",
    ),
    "no policy": (
        lambda aws: aws.account().create_user("eve", policies=3),
        "a policy must be a dict, JSON text, or the path of a .json file, not 3",
    ),
    "a policy that is no JSON": (
        lambda aws: aws.account().create_user("eve", policies={"Statement": {"Action": {"s3:GetObject"}}}),
        "a policy contains a value that cannot be converted to JSON: Object of type set is not JSON serializable",
    ),
    "a member by name": (
        lambda aws: aws.account().create_group("devs", members=["eve"]),
        "a member of a group must be a user, as create_user returns it, not 'eve'",
    ),
    "a caller by name": (
        lambda aws: aws.account().create_role("r").assume(by="eve"),
        f"by must be {USER}, not 'eve'",
    ),
    "explaining a name": (
        lambda aws: aws.explain("eve", "s3:GetObject", "arn:aws:s3:::data/k"),
        f"principal must be {USER}, not 'eve'",
    ),
    "explaining an operation": (
        lambda aws: aws.explain(aws.anonymous, "GetObject", "arn:aws:s3:::data/k"),
        "an action must be an IAM action like s3:GetObject, not 'GetObject'",
    ),
    "Block Public Access as a bool": (
        lambda aws: aws.account().create_bucket("data", public_access_block=False),
        "public_access_block must be mocks3.PublicAccessBlock(...), or None to turn all settings off, not False",
    ),
    "Block Public Access as boto3 has it": (
        lambda aws: aws.account().create_bucket("data", public_access_block={"BlockPublicAcls": True}),
        "public_access_block must be mocks3.PublicAccessBlock(...), or None to turn all settings off, not {'Block",
    ),
    "keys without bodies": (
        lambda aws: aws.account().create_bucket("data", objects=["k"]),
        "objects must be a dict of keys to bodies, not ['k']",
    ),
    "a body that is none": (
        lambda aws: aws.account().create_bucket("data", objects={"k": 3}),
        "the body of 'k' must be bytes or text, not 3",
    ),
    "a listener that cannot be called": (
        lambda aws: aws.on_event("arn:aws:sqs:us-east-1:123456789012:q", "handler"),
        "listener must be a function that takes the message, not 'handler'",
    ),
    "a queue by name": (
        lambda aws: aws.on_event("uploads", print),
        "a notification destination must be the ARN of a queue, topic or function, like "
        "arn:aws:sqs:us-east-1:123456789012:uploads, not 'uploads'",
    ),
    "a destination that is a bucket": (
        lambda aws: aws.destination("arn:aws:s3:::data"),
        "a notification destination must be the ARN of a queue, topic or function",
    ),
    "a clock that is moved by a number": (
        lambda aws: aws.clock.advance(5),
        "advance() takes a timedelta, or days=, hours=, minutes=, seconds=; it was given 5",
    ),
    "a clock that is moved by what is no unit": (
        lambda aws: aws.clock.advance(months=1),
        "advance() takes a timedelta, or days=, hours=, minutes=, seconds=; it was given months=1",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_refused_in_words(aws, mistake):
    make, message = MISTAKES[mistake]
    with pytest.raises(Mocks3Error, match=re.escape(message)):
        make(aws)
    assert aws.client().list_buckets()["Buckets"] == []


# What editors, help() and notebooks show


def test_the_signature_of_mock_s3_has_all_options_with_their_defaults():
    parameters = inspect.signature(mock_s3).parameters
    assert list(parameters) == ["target", *MockOptions.__annotations__]
    assert parameters["region"].default == "us-east-1"
    assert parameters["region"].annotation == "str"
    assert parameters["enforce"].annotation == Literal["deny", "report"]
    assert parameters["min_part_size"].default == 5 << 20
    defaults = {field.name: field.default for field in dataclasses.fields(Settings)}
    shown = {name: each.default for name, each in parameters.items() if name in defaults}
    assert shown == defaults
    assert set(parameters) - set(defaults) == {"target", "like"}


def test_the_signature_is_the_one_that_help_shows():
    shown = pydoc.render_doc(mock_s3, renderer=pydoc.plaintext)
    # Python 3.13 writes each parameter on a line of its own.
    start = "mock_s3( target=None, /, *, region: 'str' = 'us-east-1', account: 'str' = '123456789012',"
    assert start in " ".join(shown.split()).replace("mock_s3(target", "mock_s3( target")
    described = re.findall(r"(?m)^ {8}(\w+): ", shown)
    assert [name for name in described if name in MockOptions.__annotations__] == list(
        MockOptions.__annotations__
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("lik", "did you mean 'like'?"),
        ("regoin", "did you mean 'region'?"),
        ("x", "the options are region, account, strict, "),
    ],
)
def test_an_option_that_does_not_exist(name, hint):
    with pytest.raises(Mocks3Error, match=re.escape(f"mock_s3 has no option {name!r}; {hint}")):
        mock_s3(**{name: "x"})


@pytest.mark.parametrize("target", ["eu-west-1", True, {"region": "eu-west-1"}])
def test_an_option_without_its_name(target):
    with pytest.raises(
        Mocks3Error, match=re.escape('give options by name, such as mock_s3(region="eu-west-1")')
    ):
        mock_s3(target)
