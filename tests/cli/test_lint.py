"""``mocks3 lint``: findings with file:line:column, for policies of identities and buckets."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mocks3.access.vocabulary import action_facts
from tests.cli.conftest import policy

GOOD = policy({"Sid": "Read"})


def test_nothing_to_say(run, file) -> None:
    identity, bucket = file("a.json", GOOD), file("b.json", policy({"Principal": "*"}))
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = file(
        "c.json", {"Role": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}}}
    )
    assert run("lint", identity, bucket, role) == (0, "", "")


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ('{"Statement": [\n  {"Effect": "allow"}]}', "p.json:2:14: error: "),
        ("[", "p.json:1:2: error: Not JSON"),
        (
            policy({"Action": "s3:GetObjct"}),
            "p.json:6:17: warning: No action is called 's3:GetObjct'; perhaps",
        ),
        (
            policy({"Action": "s3:ListObjects"}),
            "No action is called 's3:ListObjects'; ListObjects is an operation, and it needs 's3:ListBucket'",
        ),
        (
            policy({"Action": "s3:GetBucketEncryption"}),
            "GetBucketEncryption is an operation, and it needs 's3:GetEncryptionConfiguration'",
        ),
        (policy({"Resource": "arn:aws:s3:::data"}), "p.json:6:17: warning: "),
        (policy({"Condition": {"StringEquals": {"s3:prefx": "a"}}}), "[unknown-key]"),
        (policy({"Sid": "A"}, {"Sid": "A"}), "p.json:14:14: error: Sid 'A' is taken [duplicate-sid]"),
        (policy({"Condition": {"NumericEquals": {"s3:max-keys": "ten"}}}), "[bad-number]"),
    ],
)
def test_findings_say_where(run, file, document: object, says: str) -> None:
    done = run("lint", file("p.json", document))
    assert done.code == 1
    assert says in done.out


def test_what_s3_itself_says_of_a_bucket_policy(run, file) -> None:
    document = policy({"Principal": "*"}, {"Principal": "*", "Action": "s3:ListBucket"})
    done = run("lint", file("p.json", document))
    assert done.code == 1
    assert "error: Action does not apply to any resource(s) in statement [MalformedPolicy]" in done.out


def test_the_kind_can_be_said(run, file) -> None:
    done = run("lint", "--kind", "bucket", file("p.json", GOOD))
    assert done.out == "p.json:4:5: error: Missing Principal [missing-principal]\n"


def test_folders_and_json(run, file) -> None:
    file("policies/a.json", policy({"Action": "s3:GetObjct"}))
    file("policies/deep/b.json", GOOD)
    done = run("lint", "--json", "policies")
    (finding,) = done.json
    assert (finding["path"], finding["line"], finding["code"]) == ("policies/a.json", 6, "unknown-action")
    assert finding["severity"] == "warning"


def test_nothing_there(run, file) -> None:
    file("empty/readme.txt", "")
    done = run("lint", "empty")
    assert (done.code, done.err) == (
        2,
        "empty:1:1: there is no .json, .yaml, .yml or .template file in this folder\n",
    )
    done = run("lint", "missing.json")
    assert (done.code, done.out) == (1, "missing.json:1:1: error: the file does not exist [unreadable]\n")


def findings(run, file, document: object, *options: str) -> list[tuple[str, str]]:
    """Return the code and the message of each finding about a policy."""
    done = run("lint", *options, "--json", file("p.json", document))
    return [(each["code"], each["message"]) for each in done.json]


LISTED = action_facts()
RESOURCES = {kind: re.sub(r"\$\{[^}]*\}", "x", arn) for kind, arn in LISTED["resources"].items()}
KINDS_OF_S3 = {
    **dict.fromkeys(LISTED["bucket"], ("bucket",)),
    **dict.fromkeys(LISTED["object"], ("object",)),
    **LISTED["other"],
}


def test_every_action_of_s3_is_known(run, file) -> None:
    """A statement for each action, on a resource of its type. V-52."""
    statements = [
        {"Action": f"s3:{name}", "Resource": [RESOURCES[kind] for kind in kinds] or "*"}
        for name, kinds in KINDS_OF_S3.items()
    ]
    assert len(statements) == 180
    assert findings(run, file, policy(*statements)) == []


@pytest.mark.parametrize(
    "statement",
    [
        {"Action": "s3:TagResource", "Resource": "arn:aws:s3:us-east-1:111122223333:storage-lens-group/g"},
        {"Action": "s3:GetObject", "Resource": "arn:aws:s3:us-east-1:111122223333:accesspoint/a/object/*"},
        {"Action": "s3:GetObject", "Resource": "arn:aws:s3::111122223333:accesspoint/a.mrap/object/*"},
        {"Action": "s3:ListBucket", "Resource": "arn:aws:s3:us-east-1:111122223333:accesspoint/a"},
        {"Action": "s3express:CreateSession", "Resource": "arn:aws:s3express:us-east-1:111122223333:bucket/d--a--x-s3"},
        {"Action": "s3express:ListAllMyDirectoryBuckets", "Resource": "*"},
        {"Action": "s3-object-lambda:*", "Resource": "arn:aws:s3-object-lambda:us-east-1:111122223333:accesspoint/o"},
        {"Action": "s3-outposts:Anything", "Resource": "*"},
    ],
    ids=lambda statement: statement["Action"],
)  # fmt: skip
def test_actions_of_other_resources_and_services(run, file, statement: dict[str, str]) -> None:
    assert findings(run, file, policy(statement)) == []


@pytest.mark.parametrize(
    ("statement", "code", "says"),
    [
        ({"Action": "s3:GetJobTaging", "Resource": "*"}, "unknown-action", "perhaps 's3:GetJobTagging' is meant"),
        ({"Action": "s3express:CreateSesion", "Resource": "*"}, "unknown-action", "perhaps 's3express:CreateSession'"),
        ({"Action": "s3-object-lambda:GetObjct", "Resource": "*"}, "unknown-action", "'s3-object-lambda:GetObject'"),
        ({"Action": "s3:GetJobTagging"}, "action-resource-mismatch", "works on job"),
        ({"Action": "s3express:CreateSession"}, "action-resource-mismatch", "works on directory accesspoint or"),
        ({"Action": "s3-object-lambda:GetObject"}, "action-resource-mismatch", "works on objectlambdaaccesspoint"),
    ],
)  # fmt: skip
def test_mistakes_in_all_actions(run, file, statement: dict[str, str], code: str, says: str) -> None:
    ((found, message),) = findings(run, file, policy(statement))
    assert found == code
    assert says in message


@pytest.mark.parametrize("action", ["GetJobTagging", "CreateBucket", "ListAllMyBuckets", "GetAccessPoint"])
def test_bucket_policies_still_refuse_other_actions(run, file, action: str) -> None:
    """V-40: only actions on buckets and objects can be in a bucket policy."""
    document = policy({"Principal": "*", "Action": f"s3:{action}"})
    assert ("MalformedPolicy", "Policy has invalid action") in findings(run, file, document)


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ({"Condition": {"StringLike": {"s3:prefix": "a/*"}}}, "s3:GetObject"),
        ({"Action": ["s3:ListBucket", "s3:GetObject"], "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
          "Condition": {"StringLike": {"S3:Prefix": "a/*"}}}, "s3:GetObject"),
        ({"Condition": {"StringEquals": {"s3:ExistingObjectTag/a": "b"}}, "Action": "s3:PutObject"}, "s3:PutObject"),
        ({"Condition": {"StringEquals": {"s3:x-amz-acl": "private"}}, "Action": "s3:Get*"}, "s3:Get*"),
        ({"Condition": {"StringEquals": {"s3express:SessionMode": "ReadOnly"}}}, "s3:GetObject"),
        ({"Action": "s3-object-lambda:GetObject", "Resource": "*",
          "Condition": {"StringEquals": {"s3-object-lambda:versionid": "1"}}}, "s3-object-lambda:GetObject"),
        ({"Action": "s3express:DeleteBucket", "Resource": "*",
          "Condition": {"StringEquals": {"s3express:SessionMode": "ReadOnly"}}}, "s3express:DeleteBucket"),
    ],
)  # fmt: skip
def test_a_key_that_the_action_does_not_support(run, file, statement: dict[str, Any], wrong: str) -> None:
    """V-44, which S3 checks in bucket policies only."""
    ((code, message),) = findings(run, file, policy(statement))
    (keys,) = statement["Condition"].values()
    assert (code, message) == ("unsupported-key", f"A request for {wrong!r} never has {next(iter(keys))}")


@pytest.mark.parametrize(
    "statement",
    [
        {"Condition": {"StringLikeIfExists": {"s3:prefix": "a/*"}}},
        {"Condition": {"StringLike": {"s3:prefix": "a/*"}}, "Action": "s3:List*", "Resource": "*"},
        {"Condition": {"StringEquals": {"s3:ExistingObjectTag/a": "b"}}},
        {"Condition": {"StringLike": {"s3:prefix": "a/*"}}, "Action": "sqs:SendMessage", "Resource": "*"},
        {"Condition": {"StringEquals": {"s3:ResourceAccount": "111122223333"}}},
    ],
)
def test_a_key_that_the_action_supports(run, file, statement: dict[str, Any]) -> None:
    assert findings(run, file, policy(statement)) == []


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("awws:PrincipalAccount", "aws:PrincipalAccount"),
        ("aws:PrincipalAcount", "aws:PrincipalAccount"),
        ("SourceIp", "aws:SourceIp"),
        ("ss3:prefix", "s3:prefix"),
        ("s3-express:SessionMode", "s3express:SessionMode"),
    ],
)
def test_misspelt_condition_keys(run, file, key: str, meant: str) -> None:
    """V-17. The name after the colon and the prefix before it can both be wrong."""
    document = policy({"Condition": {"StringEquals": {key: "a"}}})
    assert ("unknown-key", f"No key is called {key!r}; perhaps {meant!r} is meant") in findings(
        run, file, document
    )


@pytest.mark.parametrize(
    "key", ["kms:ViaService", "token.actions.githubusercontent.com:sub", "sts:ExternalId", "aps:x"]
)
def test_keys_of_other_services_are_not_judged(run, file, key: str) -> None:
    assert findings(run, file, policy({"Condition": {"StringEquals": {key: "a"}}})) == []


def test_an_operation_s_name_is_known_in_a_process_of_its_own(tmp_path: Path) -> None:
    statement = {"Effect": "Allow", "Action": "s3:HeadObject", "Resource": "*"}
    file = tmp_path / "policy.json"
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), encoding="utf-8")
    command = [sys.executable, "-m", "mocks3", "lint", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "HeadObject is an operation, and it needs 's3:GetObject'" in done.stdout


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": "arn:aws:iam::111122223333:root"},
        {"AWS": ["111122223333", "arn:aws:iam::444455556666:root"]},
        {"AWS": "arn:aws:sts::111122223333:assumed-role/reader/session"},
        {"AWS": "arn:aws:sts::111122223333:federated-user/f"},
        {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2ABCDEFGHIJKL"},
        {"CanonicalUser": "0123456789abcdef" * 4},
        {"CanonicalUser": ["0123456789abcdef" * 4, "f" * 64]},
    ],
    ids=str,
)
def test_principals_of_other_accounts_exist(run, file, principal: dict[str, Any]) -> None:
    """The linter does not know which accounts exist, so it takes those that a policy names as existing. PE-13."""
    assert findings(run, file, policy({"Principal": principal})) == []


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity REPLACE_ME_ID"},
        {"AWS": "arn:aws:iam::cloudfront:user/ID_NUMBER"},
        {"CanonicalUser": "79a59df900"},
        {"Service": "cloudfront.example.org"},
    ],
    ids=str,
)
def test_principals_that_cannot_exist(run, file, principal: dict[str, Any]) -> None:
    """PE-13, V-38."""
    found = findings(run, file, policy({"Principal": principal}))
    assert ("MalformedPolicy", "Invalid principal in policy") in found


def places(run, file, text: str, *options: str) -> list[str]:
    """Return the text of the policy at the place of each finding, up to the end of the line."""
    done = run("lint", *options, "--json", file("p.json", text))
    lines = text.splitlines()
    return [lines[each["line"] - 1][each["column"] - 1 :].rstrip(",") for each in done.json]


def test_a_finding_is_at_the_item_of_a_list(run, file) -> None:
    document = policy(
        {
            "Action": ["s3:GetObject", "s3:Zap", "s3:GetJobTagging"],
            "Resource": ["arn:aws:s3:::data/*", "data", "arn:aws:s3:::data/${aws:usrname}"],
            "Condition": {
                "NumericEquals": {"s3:max-keys": ["1", "2"]},
                "StringEquals": {"aws:userid": ["a", "b*"]},
            },
        }
    )
    assert places(run, file, json.dumps(document, indent=1)) == [
        '"s3:Zap"',
        '"s3:GetJobTagging"',
        '"data"',
        '"arn:aws:s3:::data/${aws:usrname}"',
        "[",  # s3:max-keys: the whole condition
        '"b*"',
    ]


def test_s3_reports_each_statement_and_element(run, file) -> None:
    """S3 stops at its first error (V-50). The linter reports all, at the item that causes each of them."""
    document = policy(
        {"Principal": {"AWS": ["*", "arn:aws:iam::cloudfront:user/A"]}, "Action": ["s3:GetObject", "s3:Zap"]},
        {
            "Principal": "*",
            "Resource": ["arn:aws:s3:::data/*", "arn:aws:s3:::other/*", "arn:aws:s3:::data/a"],
        },
        {"Principal": "*", "Action": ["s3:GetObject", "s3:ListBucket"]},
        {"Principal": "*", "Condition": {"StringEquals": {"aws:userid": "a", "s3:zap": "b"}}},
    )
    done = run("lint", "--json", file("p.json", document))
    errors = [each for each in done.json if each["severity"] == "error"]
    lines = json.dumps(document, indent=2).splitlines()
    assert [
        (each["message"], lines[each["line"] - 1][each["column"] - 1 :].strip(",")) for each in errors
    ] == [
        ("Policy has invalid action", '"s3:Zap"'),
        ("Invalid principal in policy", '"arn:aws:iam::cloudfront:user/A"'),
        ("Policy has invalid resource", '"arn:aws:s3:::other/*"'),
        ("Action does not apply to any resource(s) in statement", '"s3:ListBucket"'),
        ("Policy has an invalid condition key", '"b"'),
    ]
    order = [(each["line"], each["column"]) for each in done.json]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ({"Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "10.0.0.0/16"]}}}, "private-source-ip"),
        ({"Condition": {"NotIpAddress": {"AWS:sourceip": ["8.8.8.8", "fd00::/64"]}}}, "private-source-ip"),
        ({"Condition": {"StringEquals": {"aws:SourceIp": ["203.0.113.7", "203.0.113.0/24"]}}}, "range-as-text"),
        ({"Condition": {"StringNotLike": {"aws:VpcSourceIp": ["10.1.1.1", "10.0.0.0/16"]}}}, "range-as-text"),
        ({"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data",
          "Condition": {"StringLike": {"s3:prefix": ["a/*", "data/a/*"]}}}, "prefix-with-bucket"),
    ],
)  # fmt: skip
def test_values_that_no_request_has(run, file, statement: dict[str, Any], code: str) -> None:
    text = json.dumps(policy(statement), indent=1)
    assert [found for found, _ in findings(run, file, text)] == [code]
    ((values,),) = (each.values() for each in statement["Condition"].values())
    assert places(run, file, text) == [json.dumps(values[1])]


@pytest.mark.parametrize(
    "condition",
    [
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "192.0.2.1", "2001:db8::/32"]}},
        {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}},
        {"StringEquals": {"aws:SourceIp": "203.0.113.7"}},
    ],
)
def test_values_that_a_request_can_have(run, file, condition: dict[str, Any]) -> None:
    assert findings(run, file, policy({"Condition": condition})) == []


def test_sarif(run, file) -> None:
    """SARIF 2.1.0, sections 3.14, 3.27 and 3.30."""
    path = file("my policies/p.json", policy({"Action": "s3:GetObjct"}))
    done = run("lint", "--format", "sarif", path)
    (run_of_tool,) = done.json["runs"]
    (result,) = run_of_tool["results"]
    assert (done.code, done.json["version"]) == (1, "2.1.0")
    assert [rule["id"] for rule in run_of_tool["tool"]["driver"]["rules"]] == ["unknown-action"]
    assert (result["ruleId"], result["level"]) == ("unknown-action", "warning")
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "my%20policies/p.json"},
                "region": {"startLine": 6, "startColumn": 17},
            }
        }
    ]


def test_sarif_of_nothing(run, file) -> None:
    done = run("lint", "--format", "sarif", file("p.json", GOOD))
    assert (done.code, done.json["runs"][0]["results"]) == (0, [])
