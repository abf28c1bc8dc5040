"""``python -m benchmarks.policy``: measure how many decisions the policy engine makes in a second on one core.

Documents are parsed once and used for many decisions, as in a test run. ``--profile`` shows where (b) spends its time.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.table import Row, seconds, text
from mocks3.policy import Policies, Policy, Request, RequestPrincipal, Verdict, decide
from mocks3.policy.glob import glob

ACCOUNT = "111122223333"
EVE = RequestPrincipal("user", f"arn:aws:iam::{ACCOUNT}:user/eve", ACCOUNT)
KEY = "arn:aws:s3:::data/home/eve/x.txt"
CONTEXT: dict[str, Any] = {
    "aws:SecureTransport": ["true"],
    "aws:SourceIp": ["203.0.113.9"],
    "aws:CurrentTime": ["2026-05-05T12:34:56Z"],
    "aws:username": ["eve"],
    "aws:PrincipalArn": [EVE.arn],
    "aws:PrincipalTag/team": ["blue"],
    "s3:TlsVersion": ["1.2"],
    "s3:prefix": ["home/eve/"],
    "s3:x-amz-acl": ["private"],
}
VECTORS = Path(__file__).parents[1] / "tests" / "policy" / "vectors.jsonl"

# Each of the ten statements matches the action and the key, so that every condition is evaluated.
CONDITIONS: list[tuple[str, dict[str, Any]]] = [
    ("Deny", {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "198.51.100.0/24"]}}),
    ("Deny", {"NumericLessThan": {"s3:TlsVersion": 1.2}}),
    ("Deny", {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}),
    ("Allow", {"StringEquals": {"aws:PrincipalTag/team": "red"}}),
    ("Allow", {"StringLike": {"s3:prefix": ["work/*", "home/${aws:username}/*"]}}),
    ("Deny", {"Bool": {"aws:SecureTransport": "false"}}),
    ("Deny", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x*"}}),
    ("Deny", {"StringNotEquals": {"aws:username": ["eve", "bob"]}}),
    ("Deny", {"Null": {"s3:x-amz-acl": "true"}}),
    ("Allow", {"StringLike": {"aws:username": "b*"}}),
]


def statement(effect: str, **members: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": "s3:Get*", "Resource": "arn:aws:s3:::data/*", **members}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def question(context: dict[str, Any] | None = None) -> Request:
    return Request(EVE, "s3:GetObject", KEY, ACCOUNT, CONTEXT if context is None else context)


def one_and_one() -> Policies:
    """Return a request with one identity statement and one statement of a bucket policy."""
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    return Policies(
        identity=[document(statement("Allow"))],
        resource=document(statement("Deny", Principal="*", Condition=insecure)),
    )


def ten() -> Policies:
    """Return a request with ten statements with conditions, half of them in each of the two policies."""
    own = [statement(effect, Condition=block) for effect, block in CONDITIONS[:5]]
    theirs = [statement(effect, Condition=block, Principal="*") for effect, block in CONDITIONS[5:]]
    return Policies(identity=[document(*own)], resource=document(*theirs))


def vectors() -> list[tuple[Request, Policies]]:
    """Return the 600 questions of the tests."""
    found = []
    for line in VECTORS.read_text("utf-8").splitlines():
        row = json.loads(line)
        asked = row["request"] | {"multivalued": frozenset(row["request"]["multivalued"])}
        policies = Policies(
            row.get("identity_policies", ()),
            row.get("resource_policy"),
            row.get("permission_boundaries", ()),
            row.get("session_policies", ()),
            [level["policies"] for level in row.get("scps", ())],
            [level["policies"] for level in row.get("rcps", ())],
            row.get("vpce_policies", ()),
        )
        found.append((Request(RequestPrincipal(**asked.pop("principal")), **asked), policies))
    return found


def cost(work: Callable[[], object], repeats: int, rounds: int = 7) -> float:
    """Return the CPU seconds of one call in the fastest of several rounds; other processes only slow it down."""
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        for _ in range(repeats):
            work()
        best = min(best, (time.process_time() - started) / repeats)
    return best


def rows(repeats: int) -> list[Row]:
    request, first, second, asked = question(), one_and_one(), ten(), vectors()
    assert decide(request, first).verdict is decide(request, second).verdict is Verdict.ALLOWED
    texts = iter(json.dumps(document(statement("Allow", Sid=str(n)))) for n in range(10**9))
    seven_stars, long_key = glob("*a?a" * 6 + "*b?*"), "a" * 1000

    def rate(name: str, spent: float, limit: int) -> Row:
        return Row(name, mocks3=f"{1 / spent:,.0f} a second", limit=f"≥ {limit:,}", met=1 / spent >= limit)

    def all_vectors() -> None:
        for one, policies in asked:
            decide(one, policies)

    return [
        rate(
            "(a) decide: one identity and one bucket statement",
            cost(lambda: decide(request, first), repeats),
            100_000,
        ),
        rate(
            "(b) decide: ten statements with conditions",
            cost(lambda: decide(request, second), repeats),
            50_000,
        ),
        rate("(c) decide: the 600 vectors", cost(all_vectors, max(1, repeats // 600)) / len(asked), 50_000),
        Row("make a Request of nine keys from a dict", mocks3=seconds(cost(question, repeats))),
        Row(
            "make Policies of parsed documents",
            mocks3=seconds(cost(lambda: Policies(second.identity, second.resource), repeats)),
        ),
        Row(
            "parse and compile a statement never seen",
            mocks3=seconds(cost(lambda: Policy.parse(next(texts)).compiled.statements, repeats // 10)),
        ),
        Row(
            "parse one seen before",
            mocks3=seconds(cost(lambda: Policy.parse(first.identity[0].text), repeats)),
        ),
        Row(
            "explain (b) in words", mocks3=seconds(cost(lambda: str(decide(request, second)), repeats // 100))
        ),
        Row(
            "seven stars against 1,000 characters",
            mocks3=seconds(spent := cost(lambda: seven_stars(long_key), repeats // 10)),
            limit="< 1 ms",
            met=spent < 0.001,
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.policy", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="run everything a few times; the figures mean nothing"
    )
    parser.add_argument("--profile", action="store_true", help="show where (b) spends its time")
    options = parser.parse_args()
    if options.profile:
        import cProfile

        request, policies = question(), ten()
        cProfile.runctx(
            "for _ in range(50_000): decide(request, policies)", globals(), locals(), sort="tottime"
        )
        return
    print(f"Python {platform.python_version()}, CPU time, one core")
    print(text(rows(200 if options.quick else 20_000)))


if __name__ == "__main__":
    main()
