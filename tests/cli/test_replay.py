"""``mocks3 replay``: the command line around ``mocks3.replay``."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from tests.cli.conftest import policy
from tests.replay.conftest import OWNER, denial, event, lines, user


@pytest.fixture
def world(file: Any) -> Any:
    """What the AWS CLI prints for a user and a bucket."""
    details = {
        "UserDetailList": [
            {
                "Path": "/team/",
                "UserName": "dave",
                "UserId": "AIDAEXAMPLEUSER000001",
                "Arn": f"arn:aws:iam::{OWNER}:user/team/dave",
                "CreateDate": "2024-01-01T00:00:00Z",
                "UserPolicyList": [{"PolicyName": "read", "PolicyDocument": policy({})}],
                "GroupList": [],
                "AttachedManagedPolicies": [],
            }
        ],
        "GroupDetailList": [],
        "RoleDetailList": [],
        "Policies": [],
    }
    file("infra/account.json", details)
    public = policy({"Principal": "*", "Resource": "arn:aws:s3:::data/p/*"})
    return file("infra/data/bucket-policy.json", {"Policy": json.dumps(public)}).parent.parent


def test_all_as_aws_decided(run, file, world) -> None:
    file("event.json", event())
    done = run("replay", "event.json", world)
    assert done.code == 0, done
    assert done.out.startswith(
        f"GetObject on s3://data/k by arn:aws:iam::{OWNER}:user/team/dave at 2026-03-04T05:06:07Z\n"
    )
    assert (
        "  AWS:     allowed\n  mocks3:  allowed: an identity policy of user team/dave allows it" in done.out
    )
    assert "  result:  as AWS decided" in done.out


def test_some_differ(run, file, world) -> None:
    other = denial("service control policy", explicit=True)
    file("trail.json", {"Records": [event(), event(**other), event(eventSource="ec2.amazonaws.com")]})
    done = run("replay", "trail.json", world)
    assert done.code == 1, done
    table, differing, summary = done.out.split("\n\n")
    head, *rows = table.splitlines()
    assert head.split() == ["time", "principal", "operation", "resource", "AWS", "mocks3", "why"]
    assert [row.split()[4:6] for row in rows] == [["allowed", "allowed"], ["denied", "allowed"]]
    assert "    the service control policies of the account 111122223333\n" in differing
    assert summary.splitlines() == [
        "3 events: 1 as AWS decided, 1 differ, 1 not replayed",
        "  1 not replayed: it is an event of ec2.amazonaws.com, not of S3",
    ]


def test_nothing_can_be_replayed(run, file, world) -> None:
    file("trail.json", {"Records": [event(eventSource="ec2.amazonaws.com", eventName="RunInstances")]})
    assert run("replay", "trail.json", world).code == 2
    file("none.json", {})
    done = run("replay", "none.json", world)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("mocks3 replay: none.json:1:1: this has no CloudTrail event")
    done = run("replay", "missing.json", world)
    assert (done.code, done.err) == (2, "mocks3 replay: missing.json:1:1: the file does not exist\n")


def test_json(run, file, world) -> None:
    file("trail.json", lines(event(), event("PutObject")))
    done = run("replay", "--json", "trail.json", world)
    assert done.code == 1
    first, second = done.json
    assert first == {
        "event": "trail.json, event 1",
        "time": "2026-03-04T05:06:07Z",
        "principal": f"arn:aws:iam::{OWNER}:user/team/dave",
        "operation": "GetObject",
        "resource": "s3://data/k",
        "aws": {"decision": "allowed", "code": None, "message": None, "layer": None},
        "mocks3": "allowed",
        "agrees": True,
        "why": "an identity policy of user team/dave allows it [E-31]",
        "assumed": first["assumed"],
        "lacks": [],
    }
    assert (second["aws"]["decision"], second["mocks3"], second["agrees"]) == ("allowed", "denied", False)
    assert second["lacks"][0]["commands"][0] == "aws iam list-user-policies --user-name dave"


def test_events_from_the_standard_input(run, file, world, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(lines(event(), event())))
    done = run("replay", "-", world)
    assert done.code == 0
    assert "2 events: 2 as AWS decided" in done.out


def test_context(run, file, world) -> None:
    tagged = policy(
        {
            "Action": "s3:PutObject",
            "Principal": {"AWS": f"arn:aws:iam::{OWNER}:user/team/dave"},
            "Condition": {"StringEquals": {"aws:PrincipalTag/team": "data"}},
        }
    )
    file("infra/data/bucket-policy.json", {"Policy": json.dumps(tagged)})
    file("event.json", event("PutObject", who=user("team/dave")))
    assert run("replay", "event.json", world).code == 1
    assert run("replay", "event.json", world, "--context", "aws:PrincipalTag/team=data").code == 0
    done = run("replay", "event.json", world, "--context", "team")
    assert (done.code, done.err) == (
        2,
        "mocks3 replay: --context takes KEY=VALUE, such as aws:PrincipalTag/team=data, not 'team'\n",
    )


def test_without_files_the_answer_says_what_to_fetch(run, file) -> None:
    file("event.json", event(**denial("VPC endpoint policy"), vpcEndpointId="vpce-7"))
    done = run("replay", "event.json")
    assert done.code == 1
    assert "aws ec2 describe-vpc-endpoints --vpc-endpoint-ids vpce-7" in done.out


def test_what_the_files_say_and_nobody_understands_is_on_stderr(run, file, world) -> None:
    file("infra/odd.json", {"Frobnication": True})
    file("event.json", event())
    done = run("replay", "event.json", world)
    assert "odd.json" in done.err


@pytest.mark.parametrize(("moment", "code"), [("9999-12-31T23:59:59Z", 0), ("0001-01-01T00:00:00Z", 2)])
def test_an_event_at_the_end_of_the_calendar(run, file, world, moment: str, code: int) -> None:
    file("event.json", event(eventTime=moment))
    done = run("replay", "event.json", world)
    assert done.code == code, done
    assert code == 0 or "the clock can only show the years 1000 to 9999" in done.out
