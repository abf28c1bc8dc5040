"""``mocks3 why`` and ``can``: files that are loaded, calls in every form, assumptions, and messages of denials."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import policy

DAVE = "arn:aws:iam::111122223333:user/dave"
GET = """GetObject(Bucket="data", Key="k")"""
MESSAGE = (
    f"An error occurred (AccessDenied) when calling the GetObject operation: User: {DAVE} is not authorized to "
    'perform: s3:GetObject on resource: "arn:aws:s3:::data/k" because no identity-based policy allows the s3:GetObject '
    "action"
)


@pytest.fixture
def infra(file) -> str:
    """What the AWS CLI printed: a user who may read, and a bucket with a policy."""
    file(
        "infra/user-policy.json",
        {"UserName": "dave", "PolicyName": "read", "PolicyDocument": policy({"Action": ["s3:GetObject"]})},
    )
    file("infra/caller.json", {"UserId": "AIDA1", "Account": "111122223333", "Arn": DAVE})
    deny = policy({"Effect": "Deny", "Principal": "*", "Resource": "arn:aws:s3:::data/secret/*"})
    file("infra/policy.json", deny)
    return "infra"


def test_the_same_call_in_every_form(run, infra: str) -> None:
    for call in (
        ["--call", GET],
        ["--call", 's3.get_object(Bucket="data", Key="k")'],
        ["--operation", "GetObject", "--bucket", "data", "--key", "k"],
        ["--action", "s3:GetObject", "--bucket", "data", "--key", "k"],
        ["--", "aws", "s3api", "get-object", "--bucket", "data", "--key", "k", "out.txt"],
    ):
        done = run("can", infra, *call)
        assert (done.code, done.err) == (0, ""), call
        assert done.out.startswith(f"allowed s3:GetObject on arn:aws:s3:::data/k to {DAVE}: "), call
        denied = run("can", infra, "--as", "111122223333:user/eve", *call)
        assert (denied.code, denied.err) == (1, ""), call


def test_the_calls_of_a_command(run, infra: str) -> None:
    """cp from S3 makes HeadObject and GetObject; a copy needs the permissions of its source and target."""
    done = run("can", infra, "--json", "--", "aws", "s3", "cp", "s3://data/k", ".")
    assert [(each["operation"], each["allowed"]) for each in done.json["calls"]] == [
        ("HeadObject", True),
        ("GetObject", True),
    ]
    done = run("why", infra, "--", "aws", "s3", "cp", "s3://data/k", "s3://data/copy")
    assert "2. CopyObject(Bucket='data', Key='copy'" in done.out
    assert (
        "DENIED  s3:GetObjectTagging on arn:aws:s3:::data/k" in done.out or "DENIED  s3:PutObject" in done.out
    )
    assert run("can", infra, "--", "aws", "s3", "cp", "s3://data/secret/x", ".").code == 1
    assert run("can", infra, "--", "aws", "--no-sign-request", "s3", "ls", "s3://data").code == 1
    assert run("can", infra, "--", "aws", "s3", "presign", "s3://data/k").code == 0


def test_both_answers_if_an_assumption_decides(run, infra: str) -> None:
    """X-1: the files do not say whether the object exists."""
    out = " ".join(run("can", infra, "--call", GET).out.split())
    assert "Taken for granted - the object s3://data/k exists, has the bucket's default encryption" in out
    assert "What if not - if the object does not exist: denied, 403 AccessDenied: User:" in out
    assert "s3:ListBucket" in out


def test_refusals_by_a_rule_are_shown(run, file) -> None:
    """B-20: Block Public Access refuses a public policy, whoever puts it."""
    public = policy({"Principal": "*"})
    file("new.json", public)
    command = "aws s3api put-bucket-policy --bucket data --policy file://new.json"
    done = run("why", "--as", "111122223333", "--", *shlex.split(command))
    assert done.out.startswith("DENIED  s3:PutBucketPolicy on arn:aws:s3:::data")
    assert "BlockPublicPolicy" in done.out


def test_an_object_acl_is_not_taken_for_the_buckets(run, file) -> None:
    """E-66: another account owns the object, and its ACL grants nothing."""
    ownership = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}
    file("case/ownership.json", ownership)
    file("case/identity.json", policy({}))
    file("case/call.json", {"Operation": "GetObject", "Bucket": "data", "Key": "k", "Principal": DAVE})
    file("case/object-acl.json", {"Owner": {"ID": "b" * 64}, "Grants": []})
    done = run("why", "case")
    assert done.out.startswith("DENIED  s3:GetObject on arn:aws:s3:::data/k"), done
    Path("case/ownership.json").unlink()
    done = run("why", "case")
    assert (done.code, done.out) == (2, "")
    assert "case/object-acl.json:1:1: no file describes the bucket data of this object" in done.err


@pytest.mark.parametrize("who", ["cloudtrail.amazonaws.com", "111122223333", "anonymous"])
def test_policies_that_the_caller_cannot_have_are_named(run, file, who: str) -> None:
    file("case/identity.json", policy({}))
    done = run("can", "case", "--as", who, "--owner", "111122223333", "--call", GET)
    assert done.code == (0 if who.isdigit() else 1)
    assert f"case/identity.json: the policy: {who} has no identity policies" in " ".join(done.out.split())


def test_an_endpoint_policy(run, file) -> None:
    """E-3: the policy of the VPC endpoint limits the requests that come through it."""
    file("case/identity.json", policy({}))
    file("case/vpc-endpoint.json", policy({"Principal": "*", "Resource": "arn:aws:s3:::other/*"}))
    done = run("can", "case", "--call", GET)
    assert done.code == 0
    assert "the request does not come through a VPC endpoint" in " ".join(done.out.split())
    assert run("can", "case", "--call", GET, "--context", "aws:SourceVpce=vpce-1").code == 1


def test_condition_keys_of_the_call(run, file) -> None:
    private = {"Action": "s3:PutObject*", "Condition": {"StringEquals": {"s3:x-amz-acl": "private"}}}
    file("case/identity.json", policy(private))
    call = ("case", "--call", """PutObject(Bucket="data", Key="k")""")
    assert run("can", *call).code == 1
    assert run("can", *call, "--context", "s3:x-amz-acl=private").code == 0
    for key, says in (
        ("s3:prefix=a", "PutObject has no condition key s3:prefix"),
        ("aws:SourcIp=1.2.3.4", "there is no condition key 'aws:SourcIp'; did you mean 'aws:SourceIp'?"),
        (
            "aws:SourceAccount=111122223333",
            "no condition key aws:SourceAccount: the caller is not an AWS service",
        ),
        ("aws:CurrentTime=soon", "aws:CurrentTime must be a time such as"),
        ("aws:SecureTransport=yes", "aws:SecureTransport must be true or false"),
    ):
        done = run("can", *call, "--context", key)
        assert (done.code, done.out) == (2, "")
        assert says in done.err


def test_a_message_without_files(run) -> None:
    done = run("why", "--message", MESSAGE)
    assert done.code == 0
    assert done.out.startswith("DENIED  s3:GetObject on arn:aws:s3:::data/k\n")
    assert f"Asked   by {DAVE}, in GetObject" in done.out
    assert "aws iam list-attached-user-policies --user-name dave > denied/" in done.out
    assert f"mocks3 why denied/ --as {DAVE} --message " in done.out
    scp = MESSAGE.replace(
        "because no identity-based policy allows the s3:GetObject action", "with an explicit deny in a "
    )
    policy_arn = "arn:aws:organizations::111122223333:policy/o-abc/service_control_policy/p-123"
    done = run("why", "--message", f"{scp}service control policy: {policy_arn}")
    assert "aws organizations describe-policy --policy-id p-123 > denied/" in done.out


def test_a_message_with_files(run, infra: str, file) -> None:
    """The files allow the call that AWS denied, so that they lack something."""
    done = run("why", infra, "--message", MESSAGE)
    assert done.out.startswith("ALLOWED s3:GetObject on arn:aws:s3:::data/k")
    assert "but the files allow it. The files lack:" in " ".join(done.out.split())
    assert "aws iam list-user-policies --user-name dave" in done.out
    eve = run("why", infra, "--message", MESSAGE.replace("user/dave", "user/eve"))
    assert eve.out.startswith("DENIED  s3:GetObject on arn:aws:s3:::data/k")
    assert "The files lack" not in eve.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--message", "hello"], "this is not the message of a denial by AWS"),
        (["--call", GET, "--action", "s3:GetObject"], "give one call, not --call and --action"),
        (["--call", GET, "--", "aws", "s3", "ls"], "give one call, not --call and a command of the AWS CLI"),
        (["--call", GET, "--as", "dave"], "the principal must be the ARN of a user"),
        (["--call", GET, "--name", "bukket=x"], "there is no argument 'bukket'"),
    ],
)
def test_what_cannot_be_asked(run, arguments: list[str], says: str) -> None:
    done = run("why", *arguments)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
