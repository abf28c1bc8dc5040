"""``mocks3 why`` and ``mocks3 can``: cases from files and arguments, decided and explained."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.cli.conftest import Done, policy

DAVE = "arn:aws:iam::111122223333:user/team/dave"
ASK = ("--action", "s3:GetObject", "--bucket", "data", "--key", "k")


def actions(done: Done) -> list[str]:
    return [each["action"] for call in done.json["calls"] for each in call["decisions"]]


def resources(done: Done) -> list[str]:
    return [each["resource"] for call in done.json["calls"] for each in call["decisions"]]


def test_yes_and_no(run, file) -> None:
    read = file("read.json", policy({}))
    done = run("can", "--identity", read, *ASK)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(
        "allowed s3:GetObject on arn:aws:s3:::data/k to arn:aws:iam::123456789012:user/somebody: "
    )
    done = run("can", "--identity", read, *ASK[2:], "--action", "s3:PutObject")
    assert done.code == 1
    assert done.out.startswith("denied s3:PutObject")
    assert run("can", "-q", "--identity", read, *ASK) == (0, "", "")


@pytest.mark.parametrize(
    ("who", "granted"),
    [
        (DAVE, {"AWS": DAVE}),
        ("arn:aws:iam::111122223333:role/reader", {"AWS": "arn:aws:iam::111122223333:role/reader"}),
        ("arn:aws:sts::111122223333:assumed-role/r/s", {"AWS": "arn:aws:iam::111122223333:role/r"}),
        ("anonymous", "*"),
    ],
)
def test_bucket_policies_let_in_whom_they_name(run, file, who: str, granted: object) -> None:
    of_bucket = file("bucket.json", policy({"Principal": granted}))
    given = ("--bucket-policy", of_bucket, "--principal", who, "--owner", "111122223333", *ASK)
    assert run("can", *given).code == 0
    stranger = ("--bucket-policy", of_bucket, "--principal", "arn:aws:iam::111122223333:user/eve", *ASK)
    assert run("can", *stranger).code == (0 if granted == "*" else 1)


def test_root_of_the_account(run, file) -> None:
    root = ("--principal", "arn:aws:iam::111122223333:root")
    assert run("can", *root, *ASK).code == 0
    deny = file("deny.json", policy({"Principal": "*", "Effect": "Deny"}))
    assert run("can", *root, "--bucket-policy", deny, *ASK).code == 1


@pytest.mark.parametrize("kind", ["boundary", "session", "scp"])
def test_limits(run, file, kind: str) -> None:
    read = file("read.json", policy({}))
    other = file("other.json", policy({"Action": "s3:PutObject"}))
    who = ("--principal", "arn:aws:iam::111122223333:role/reader")
    assert run("can", *who, "--identity", read, f"--{kind}", read, *ASK).code == 0
    done = run("can", *who, "--identity", read, f"--{kind}", other, "--json", *ASK)
    assert (done.code, done.json["calls"][0]["deniedBy"]["layer"]) == (1, kind)


def test_context_and_conditions(run, file) -> None:
    office = {"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
    read = file("read.json", policy(office))
    assert run("can", "--identity", read, "--context", "aws:SourceIp=203.0.113.9", *ASK).code == 0
    assert run("can", "--identity", read, "--context", "aws:SourceIp=198.51.100.9", *ASK).code == 1


def test_operations_need_what_their_rows_say(run, file) -> None:
    put = file("put.json", policy({"Action": "s3:PutObject"}))
    given = ("--identity", put, "--bucket", "data", "--key", "k", "--operation", "PutObject", "--json")
    assert actions(run("can", *given)) == ["s3:PutObject"]
    file(
        "case/call.json",
        {"Operation": "PutObject", "Bucket": "data", "Key": "k", "Params": {"Tagging": "a=b"}},
    )
    done = run("can", "case", "--identity", put, "--json")
    assert [(each["action"], each["allowed"]) for each in done.json["calls"][0]["decisions"]] == [
        ("s3:PutObject", True),
        ("s3:PutObjectTagging", False),
    ]
    assert run("why", "case", "--identity", put).out.startswith(
        "DENIED  s3:PutObjectTagging on arn:aws:s3:::data/k\n"
    )
    done = run("can", "--operation", "ListObjectsV2", "--bucket", "data", "--json")
    assert resources(done) == ["arn:aws:s3:::data"]
    assert resources(run("can", "--operation", "ListBuckets", "--json")) == ["*"]


def test_bucket_actions_are_about_the_bucket(run) -> None:
    done = run("can", "--action", "s3:ListBucket", "--bucket", "data", "--key", "k", "--json")
    assert resources(done) == ["arn:aws:s3:::data"]


def test_a_folder_as_the_aws_cli_prints_it(run, file) -> None:
    """Public read by an ACL, which Block Public Access ignores."""
    file("case/call.json", {"Principal": "anonymous", "Action": "s3:ListBucket", "Bucket": "data"})
    owner = {"ID": "0" * 64, "Type": "CanonicalUser"}
    everybody = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}
    grants = [{"Grantee": owner, "Permission": "FULL_CONTROL"}, {"Grantee": everybody, "Permission": "READ"}]
    file("case/bucket-acl.json", {"Owner": owner, "Grants": grants})
    file("case/ownership.json", {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}})
    assert run("can", "case").code == 0
    block = {"PublicAccessBlockConfiguration": {"IgnorePublicAcls": True, "BlockPublicAcls": False}}
    file("case/public-access-block.json", block)
    done = run("why", "case")
    assert done.code == 0
    assert "IgnorePublicAcls of Block Public Access ignores grants to everyone [B-2]" in " ".join(
        done.out.split()
    )
    assert "switch off IgnorePublicAcls" in done.out


def test_envelopes_keep_their_lines(run, file) -> None:
    """The excerpt shows the lines of the file, also when the policy stands inside what the CLI printed."""
    inner = policy({"Sid": "Read", "Resource": "arn:aws:s3:::other/*"})
    envelope = {"UserName": "dave", "PolicyName": "read", "PolicyDocument": inner}
    path = file("read.json", envelope)
    done = run("why", "--identity", path, *ASK)
    marked = next(line for line in done.out.splitlines() if line.startswith("  > "))
    number = int(marked.split()[1])
    assert "arn:aws:s3:::other/*" in path.read_text("utf-8").splitlines()[number - 1]
    assert 'Statement[0] "Read" of the identity policy "read.json"' in done.out


def test_json_says_all(run, file) -> None:
    done = run(
        "why",
        "--json",
        "--identity",
        file("read.json", policy({"Sid": "Read"})),
        *ASK[2:],
        "--action",
        "s3:PutObject",
    )
    told = done.json["calls"][0]["deniedBy"]
    assert (told["verdict"], told["layer"], told["rules"]) == ("IMPLICITLY_DENIED", "identity", "X-45")
    (miss,) = told["nearMisses"]
    assert (miss["sid"], miss["element"], miss["wants"], miss["saw"]) == (
        "Read",
        "Action",
        ["s3:GetObject"],
        ["s3:PutObject"],
    )
    assert miss["line"] == 4
    assert told["remedies"][0][0]["statement"]["Action"] == "s3:PutObject"


def test_colours_when_asked(run) -> None:
    assert "\x1b[1;31mDENIED" in run("why", "--color", "always", *ASK).out
    assert "\x1b" not in run("why", *ASK).out


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("identity.json", '{"Version": "2012-10-17",\n "Statement": [,]}', "identity.json:2:16: Not JSON: "),
        (
            "identity.json",
            '{\n "PolicyDocument": {\n  "Statement": 1}}',
            "identity.json:3:16: Statement must be",
        ),
        (
            "identity.json",
            policy({"Principal": "*"}),
            "identity.json:8:20: An identity policy cannot have",
        ),
        ("bucket-policy.json", policy({}), "bucket-policy.json:4:5: Missing Principal [missing-principal]"),
        ("bucket-policy.json", {"Policy": '{"Statement": 1}'}, "bucket-policy.json:2:13: Statement must be"),
        (
            "public-access-block.json",
            {"PublicAccessBlockConfiguration": {"BlockPublicAcls": 1}},
            "public-access-block.json:3:24: BlockPublicAcls must be true",
        ),
        (
            "bucket-acl.json",
            {"Owner": {"ID": "a"}, "Grants": [{"Grantee": {"ID": "b"}, "Permission": "REED"}]},
            "bucket-acl.json:1:1: Permission must be one of READ, WRITE",
        ),
        (
            "call.json",
            {"Acton": "s3:GetObject"},
            "call.json:2:12: call.json has no member 'Acton'; did you mean 'Action'?",
        ),
        ("call.json", {"Context": "x"}, "call.json:2:14: Context must be an object, not 'x'"),
    ],
)
def test_files_that_cannot_be_used(run, file, name: str, text: object, says: str) -> None:
    file(f"case/{name}", text)
    done = run("can", "case", *ASK)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert done.err.startswith("case/")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "there is no folder nowhere"),
        (["--bucket", "data"], "the action is missing: add --action"),
        (
            ["--action", "s3:GetObjct", "--bucket", "data"],
            "no operation that mocks3 supports needs 's3:GetObjct'; did you mean",
        ),
        (
            ["--action", "s3:HeadObject", "--bucket", "data"],
            "S3 has no action 's3:HeadObject'; it is an operation: use --operation HeadObject",
        ),
        (["--action", "GetObject", "--bucket", "data"], "an action must be an IAM action like s3:GetObject"),
        (
            ["--operation", "GetObjct", "--bucket", "data"],
            "no operation 'GetObjct'; did you mean 'GetObject'?",
        ),
        (["--action", "s3:GetObject"], "the bucket is missing: add --bucket"),
        (["--action", "s3:GetObject", "--bucket", "data"], "the key is missing: add --key"),
        ([*ASK, "--principal", "dave"], "the principal must be the ARN of a user"),
        ([*ASK, "--context", "aws:SourceIp"], "--context must be KEY=VALUE"),
        ([*ASK, "--identity", "no.json"], "no.json:1:1: the file does not exist"),
    ],
)
def test_arguments_that_cannot_be_used(run, arguments: list[str], says: str) -> None:
    done = run("why", *arguments)
    assert (done.code, done.out) == (2, "")
    assert says in done.err


@pytest.mark.parametrize("command", ["why", "can", "lint", "demo"])
def test_help_teaches_by_example(run, command: str) -> None:
    done = run(command, "--help")
    assert done.code == 0
    assert f"mocks3 {command}" in done.out
    assert f"  {command} " in run("--help").out


def test_it_is_a_program(tmp_path) -> None:
    (tmp_path / "read.json").write_text(json.dumps(policy({})), "utf-8")
    command = [sys.executable, "-m", "mocks3", "can", "--identity", "read.json", *ASK]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_help_loads_nothing() -> None:
    program = "import sys; from mocks3.cli import parser; parser().format_help(); sys.exit('botocore' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_message_alone_says_what_to_fetch(run) -> None:
    """The policy of the bucket that the message names, as commands that can be pasted."""
    said = (
        "User: arn:aws:sts::222222222222:assumed-role/reader/i-0 is not authorized to perform: s3:PutObject on "
        'resource: "arn:aws:s3:::data/k" because no resource-based policy allows the s3:PutObject action'
    )
    done = run("why", "--message", said)
    assert (done.code, done.err) == (0, "")
    assert "aws s3api get-bucket-policy --bucket data > denied/" in done.out
    assert "mocks3 why denied/ --as arn:aws:sts::222222222222:assumed-role/reader/i-0 --message" in done.out


def test_a_number_of_days_beyond_the_calendar(run) -> None:
    call = 'PutObjectRetention(Bucket="data", Key="k")'
    key = "s3:object-lock-remaining-retention-days"
    done = run("can", "--call", call, "--context", f"{key}={10**14}")
    assert done.code in (0, 1), done
