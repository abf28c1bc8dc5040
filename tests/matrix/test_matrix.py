"""A matrix: its rows are what clients get, its axes are what the state has, and it changes nothing."""

from __future__ import annotations

import csv
import io
import random
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3 import Mocks3Error
from mocks3.calls import ServiceCall, find_principal, play
from mocks3.handles.mock_aws import MockAWS
from mocks3.matrix import USUAL_OPERATIONS, Matrix
from mocks3.matrix.asking import columns_of
from mocks3.matrix.axes import NOT_ASKED, OUTSIDE
from mocks3.operations import registered
from tests.matrix.conftest import ADMIN, BUCKET_POLICY, DAVE, OWNER, policy

S3 = sorted(name for service, name in registered() if service == "s3")


def verdicts(matrix: Matrix, operation: str, key: str = "") -> dict[str, str]:
    return {row.principal: row.verdict for row in matrix.rows if (row.operation, row.key) == (operation, key)}


def test_the_usual_matrix(aws: MockAWS) -> None:
    matrix = aws.matrix(operations=["GetObject", "PutObject", "DeleteBucket"])
    assert matrix.axes.principals == ("anonymous", OUTSIDE, ADMIN, DAVE)
    assert matrix.axes.keys == {"data": ("key", "secret/key", "public/key")}
    everybody = dict.fromkeys(("anonymous", OUTSIDE, ADMIN, DAVE), "allowed")
    assert verdicts(matrix, "GetObject", "public/key") == everybody
    assert verdicts(matrix, "GetObject", "secret/key") == dict.fromkeys(everybody, "denied")
    assert verdicts(matrix, "GetObject", "key") == everybody | {"anonymous": "denied", OUTSIDE: "denied"}
    assert verdicts(matrix, "PutObject", "key") == dict.fromkeys(everybody, "denied") | {ADMIN: "allowed"}
    assert verdicts(matrix, "DeleteBucket") == dict.fromkeys(everybody, "denied") | {ADMIN: "allowed"}
    assert len(matrix.rows) == 4 * (3 + 3 + 1)


def test_a_row_says_why(aws: MockAWS) -> None:
    matrix = aws.matrix(operations=["GetObject"])
    denied = matrix.row(ADMIN, "GetObject", "data", "secret/key")
    assert (denied.verdict, denied.by, denied.explicit) == ("denied", "resource", True)
    assert denied.statements == ('Statement[0] "Secret" of the bucket policy of data',)
    assert denied.why.startswith("s3:GetObject: an explicit Deny in the bucket policy matches")
    assert "Secret" in str(denied.decision)
    allowed = matrix.row("anonymous", "GetObject", "data", "public/key")
    assert (allowed.verdict, allowed.by, allowed.explicit) == ("allowed", "resource", False)
    implicit = matrix.row("anonymous", "GetObject", "data", "key")
    assert (implicit.verdict, implicit.by, implicit.explicit) == ("denied", "resource", False)
    with pytest.raises(KeyError):
        matrix.row(ADMIN, "GetObject", "data", "other")


def test_an_error_after_the_permissions_is_no_denial(aws: MockAWS) -> None:
    aws.account(OWNER).create_bucket("plain")
    row = aws.matrix(operations=["GetBucketPolicy"]).row(ADMIN, "GetBucketPolicy", "plain")
    assert row.verdict == "allowed"
    assert row.why.endswith(
        "; the call itself fails: 404 NoSuchBucketPolicy: The bucket policy does not exist"
    )


def test_what_is_not_decided_is_an_error(aws: MockAWS) -> None:
    row = aws.matrix(operations=["CreateSession"], principals=[ADMIN]).rows[0]
    assert (row.verdict, row.by) == ("error", "MethodNotAllowed")
    assert row.why.startswith("S3 answers 405 MethodNotAllowed")


def test_the_state_is_the_same_afterwards(aws: MockAWS) -> None:
    heard: list[object] = []
    aws.account(OWNER).client().put_bucket_notification_configuration(
        Bucket="data",
        NotificationConfiguration={
            "QueueConfigurations": [
                {"QueueArn": f"arn:aws:sqs:us-east-1:{OWNER}:q", "Events": ["s3:ObjectCreated:*"]}
            ]
        },
    )
    aws.on_event(f"arn:aws:sqs:us-east-1:{OWNER}:q", heard.append)
    before = _state(aws)
    aws.matrix(
        operations=["PutObject", "DeleteBucket", "PutBucketPolicy", "DeleteBucketPolicy", "UploadPart"]
    )
    assert (_state(aws), heard) == (before, [])
    aws.account(OWNER).client().put_object(Bucket="data", Key="k", Body=b"")
    assert len(heard) == 1


def _state(aws: MockAWS) -> tuple[Any, ...]:
    return (
        dict(aws.store.buckets()),
        list(aws.iam.principals()),
        [each.id for each in aws.iam.accounts()],
        len(aws.decisions),
        len(aws.calls),
        len(aws.events),
        aws.guardrails,
    )


@pytest.mark.parametrize("operation", [name for name in S3 if name not in NOT_ASKED])
def test_every_operation_is_decided_as_a_client_of_its_own_gets_it(aws: MockAWS, operation: str) -> None:
    """The shared clients sign as each principal: the answers are those of a new client."""
    names = ["anonymous", ADMIN, DAVE]
    random.Random(operation).shuffle(names)
    matrix = aws.matrix(operations=[operation], principals=names, keys=["public/key"])
    assert [row.principal for row in matrix.rows] == names
    for row, column in zip(matrix.rows, list(columns_of(matrix.axes)) * 3, strict=True):
        mark = aws.snapshot()
        error = _error(aws, row.principal, column.call)
        aws.restore(mark)
        if row.verdict == "denied":
            assert error in ("AccessDenied", "403", "denied", *REFUSED_BY_RULES), (row, error)
        else:
            assert error not in ("AccessDenied", "403", "denied"), (row, error)


REFUSED_BY_RULES = ("MethodNotAllowed", "InvalidRequest")


def _error(aws: MockAWS, principal: str, call: ServiceCall) -> str:
    """Return the error code of a call by a new client on objects that exist; an empty text if it succeeds."""
    from botocore import xform_name

    from mocks3.calls import Assumptions, FoundPrincipal
    from mocks3.calls.assumptions import prepare

    if call.operation == "PostObject":  # boto3 has no method for it
        played = play(aws, principal, call)
        return "" if played.error is None else played.error.code
    found = find_principal(aws, principal)
    prepared = prepare(aws, call, FoundPrincipal(found.principal), None, Assumptions(upload_by_caller=False))
    client = found.principal.session().client("s3") if found.principal.access_key else aws.anonymous.client()
    try:
        answer = getattr(client, xform_name(call.operation))(**prepared.call.parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "denied" if answer.get("Errors") else ""


def test_operations_that_cannot_be_asked_are_named(aws: MockAWS) -> None:
    matrix = aws.matrix(operations=["*"], principals=[ADMIN], keys=["key"])
    asked = {row.operation for row in matrix.rows}
    assert asked == set(S3) - NOT_ASKED.keys()
    assert {note.partition(" ")[0] for note in matrix.notes} == set(NOT_ASKED)
    assert set(USUAL_OPERATIONS) <= asked
    assert len(set(USUAL_OPERATIONS)) == 31


@pytest.mark.parametrize(
    ("names", "principals"),
    [
        (["role/*"], (ADMIN,)),
        (["*dave"], (DAVE,)),
        (["user/team/dave", "anonymous"], (DAVE, "anonymous")),
        ([f"{OWNER}:root", "cloudtrail.amazonaws.com"], (f"{OWNER}:root", "cloudtrail.amazonaws.com")),
        ([DAVE, DAVE], (DAVE,)),
    ],
)
def test_principals_are_named(aws: MockAWS, names: list[str], principals: tuple[str, ...]) -> None:
    matrix = aws.matrix(principals=names, operations=["DeleteBucket"])
    assert matrix.axes.principals == principals
    assert tuple(row.principal for row in matrix.rows) == principals


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"principals": ["group/*"]},
            r"no principal has a name like 'group/\*'; the principals are arn:aws:iam::",
        ),
        ({"operations": ["GetObjekt"]}, r"S3 has no operation 'GetObjekt'; did you mean 'GetObject'\?"),
        ({"buckets": ["dta"]}, "there is no bucket 'dta'; the buckets are data"),
        ({"principals": ["nobody at all"]}, "the principal must be the ARN of a user"),
        (
            {"context": {"aws:Frobnicate": "x"}, "operations": ["GetObject"]},
            "there is no condition key 'aws:Frobnicate'",
        ),
    ],
)
def test_names_that_do_not_exist_are_errors(aws: MockAWS, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(Mocks3Error, match=message):
        aws.matrix(**arguments)


def test_a_principal_of_a_name_that_does_not_exist_has_no_row(aws: MockAWS) -> None:
    gone = f"arn:aws:iam::{OWNER}:user/gone"
    matrix = aws.matrix(principals=[gone, ADMIN], operations=["GetObject"], keys=["k"])
    assert [row.principal for row in matrix.rows] == [ADMIN]
    assert f"the principal {gone} does not exist" in matrix.notes


def test_keys_are_those_that_policies_name(aws: MockAWS) -> None:
    resources = [
        "arn:aws:s3:::data/logs/??/*.gz",
        "arn:aws:s3:::d*/home/${aws:username}/*",
        "arn:aws:s3:::other/x/*",
        "*",
    ]
    aws.account(OWNER).create_role(
        "keys", policies=policy({"Effect": "Allow", "Action": "s3:*", "Resource": resources})
    )
    keys = aws.matrix(operations=["GetObject"], principals=[ADMIN]).axes.keys["data"]
    assert keys == ("key", "secret/key", "public/key", "logs/xx/key.gz", "home/variable/key")
    assert aws.matrix(operations=["GetObject"], keys=["a", "b", "a"]).axes.keys == {"data": ("a", "b")}


def test_too_many_keys_are_named(aws: MockAWS) -> None:
    many = [f"arn:aws:s3:::data/{number}/*" for number in range(60)]
    aws.account(OWNER).create_role(
        "many", policies=policy({"Effect": "Allow", "Action": "s3:*", "Resource": many})
    )
    matrix = aws.matrix(operations=["GetObject"], principals=[ADMIN])
    assert len(matrix.rows) == 40
    assert matrix.notes == (
        "23 more keys of the bucket data that policies name are not asked: name keys with --keys",
    )


def test_calls_on_the_account_and_keys_of_delete_objects(aws: MockAWS) -> None:
    matrix = aws.matrix(operations=["ListBuckets", "DeleteObjects"], principals=[ADMIN, DAVE], keys=["a"])
    assert [(row.resource, row.principal, row.verdict) for row in matrix.rows] == [
        ("-", ADMIN, "allowed"),
        ("-", DAVE, "denied"),
        ("s3://data/a", ADMIN, "allowed"),
        ("s3://data/a", DAVE, "denied"),
    ]


def test_requests_have_the_context(aws: MockAWS) -> None:
    from mocks3.handles.buckets import BucketHandle

    only = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
        "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
    }
    BucketHandle(aws, "data").put_policy(policy(only))
    assert verdicts(aws.matrix(operations=["DeleteBucket"]), "DeleteBucket")[ADMIN] == "denied"
    inside = aws.matrix(operations=["DeleteBucket"], context={"aws:SourceVpce": "vpce-1"})
    assert verdicts(inside, "DeleteBucket")[ADMIN] == "allowed"


def test_a_key_that_a_call_cannot_carry(aws: MockAWS) -> None:
    matrix = aws.matrix(
        operations=["ListObjectsV2", "DeleteBucket"], principals=[ADMIN], context={"s3:prefix": "public/"}
    )
    assert [(row.operation, row.verdict, row.by) for row in matrix.rows] == [
        ("ListObjectsV2", "allowed", "identity"),
        ("DeleteBucket", "error", "not asked"),
    ]
    assert "s3:prefix" in matrix.rows[1].why


def test_access_points_and_buckets_of_other_regions(aws: MockAWS) -> None:
    owner = aws.account(OWNER)
    owner.create_bucket("far", region="eu-west-1")
    point = owner.create_access_point("point", "data")
    matrix = aws.matrix(
        operations=["GetObject"], buckets=["far", point.arn], principals=[ADMIN, "anonymous"], keys=["k"]
    )
    assert [(row.bucket, row.verdict) for row in matrix.rows] == [
        ("far", "allowed"),
        ("far", "denied"),
        (point.arn, "allowed"),
        (point.arn, "denied"),
    ]


def test_directory_buckets(aws: MockAWS) -> None:
    """F-150: each principal needs a session of its own."""
    aws.account(OWNER).create_bucket("data--use1-az4--x-s3")
    matrix = aws.matrix(
        operations=["PutObject"], buckets=["*--x-s3"], principals=[DAVE, ADMIN, DAVE], keys=["k"]
    )
    assert [row.verdict for row in matrix.rows] == ["denied", "allowed"]


def test_csv(aws: MockAWS) -> None:
    aws.account(OWNER).create_user(
        "=cmd", policies=policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
    )
    matrix = aws.matrix(operations=["GetObject", "DeleteBucket"])
    rows = list(csv.DictReader(io.StringIO(matrix.csv())))
    assert [
        (row["principal"], row["operation"], row["bucket"], row["key"], row["verdict"]) for row in rows
    ] == [(row.principal, row.operation, row.bucket, row.key, row.verdict) for row in matrix.rows]
    assert {row["explicit"] for row in rows} == {"true", "false"}
    assert rows[1]["by"] in ("default", "resource", "identity")


def test_a_cell_of_csv_is_no_formula(aws: MockAWS) -> None:
    """A key can begin with =, and a spreadsheet would calculate it."""
    text = aws.matrix(operations=["GetObject"], keys=["=1+1", "@x", "-k"], principals=[ADMIN]).csv()
    assert [row["key"] for row in csv.DictReader(io.StringIO(text))] == ["'=1+1", "'@x", "'-k"]


def test_the_table_puts_principals_with_the_same_answers_together(aws: MockAWS) -> None:
    aws.account(OWNER).create_role(
        "admin2", policies=policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
    )
    text = str(aws.matrix(operations=["GetObject", "CreateMultipartUpload"], keys=["secret/key", "k"]))
    assert (
        text
        == """\
bucket data

    [1] anonymous
    [2] arn:aws:iam::999999999999:user/outside
    [3] arn:aws:iam::111122223333:role/admin
        arn:aws:iam::111122223333:role/admin2
    [4] arn:aws:iam::111122223333:user/team/dave

                                     [1] [2] [3] [4]
  GetObject secret/key                D   D   D   D
  GetObject k                         .   .   A   A
  CreateMultipartUpload secret/key    D   .   A   .
  CreateMultipartUpload k             D   .   A   .

A allowed   . denied, because nothing allows it   D denied by a Deny or a rule of S3   e not decided"""
    )


def test_an_empty_world() -> None:
    assert str(MockAWS().matrix()) == "no calls were asked: there is no bucket or no principal"


def test_markdown_lists_what_is_allowed(aws: MockAWS) -> None:
    text = aws.matrix(
        operations=["GetObject", "HeadObject"], keys=["a|b"], principals=[DAVE, "anonymous"]
    ).markdown()
    assert text == (
        "### `data`\n\n| principal | resource | allowed operations |\n| --- | --- | --- |\n"
        f"| `{DAVE}` | `s3://data/a\\|b` | GetObject, HeadObject |"
    )


# Differences


def changed(aws: MockAWS, **policies: Any) -> MockAWS:
    other = MockAWS()
    owner = other.account(OWNER)
    owner.create_bucket("data", policy=policies.get("bucket", BUCKET_POLICY), public_access_block=None)
    owner.create_role("admin", policies=policy({"Effect": "Allow", "Action": "*", "Resource": "*"}))
    return other


def test_what_a_change_opens_and_closes(aws: MockAWS) -> None:
    writes = {**BUCKET_POLICY["Statement"][1], "Action": ["s3:GetObject", "s3:PutObject"]}
    new = changed(aws, bucket=policy(writes))
    before = aws.matrix(operations=["GetObject", "PutObject"], keys=["public/key", "secret/key"])
    after = new.matrix(axes=before.axes)
    changes = before.diff(after)
    assert [(change.row.place, change.before, change.after) for change in changes.opened] == [
        ((ADMIN, "GetObject", "data", "secret/key"), "denied", "allowed"),
        (("anonymous", "PutObject", "data", "public/key"), "denied", "allowed"),
        ((OUTSIDE, "PutObject", "data", "public/key"), "denied", "allowed"),
    ]
    assert {(change.row.principal, change.after) for change in changes.closed} == {(DAVE, "absent")}
    assert changes.unasked == ()
    back = after.diff(before)
    assert [change.row.place for change in back.closed] == [change.row.place for change in changes.opened]
    assert not before.diff(before)


def test_a_new_principal_opens_and_a_bucket_that_is_gone_closes(aws: MockAWS) -> None:
    aws.account(OWNER).create_bucket("gone")
    new = changed(aws)
    new.account(OWNER).create_user(
        "new", policies=policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
    )
    before = aws.matrix(operations=["DeleteBucket"])
    after = new.matrix(operations=["DeleteBucket"])
    changes = before.diff(after)
    assert [(change.row.place, change.before) for change in changes.opened] == [
        ((f"arn:aws:iam::{OWNER}:user/new", "DeleteBucket", "data", ""), "absent")
    ]
    assert [(change.row.place, change.after) for change in changes.closed] == [
        ((ADMIN, "DeleteBucket", "gone", ""), "absent")
    ]


def test_calls_that_only_one_matrix_asked_are_not_compared(aws: MockAWS) -> None:
    one = aws.matrix(operations=["GetObject"], keys=["a"], principals=[DAVE])
    other = aws.matrix(operations=["GetObject"], keys=["b"], principals=[DAVE])
    changes = one.diff(other)
    assert (changes.opened, changes.closed) == ((), ())
    assert {row.key for row in changes.unasked} == {"a", "b"}
