"""Authorization and the naive authorizer make the same decisions in generated worlds."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from hypothesis import given, settings

from mocks3.policy import Verdict

from . import naive_authorizer
from .access_worlds import BUCKET_ACTIONS, OBJECT_ACTIONS, A, build, naive_caller, scenes

MANY = settings(max_examples=settings.default.max_examples * 8)
NAMES = {
    Verdict.ALLOWED: "ALLOW",
    Verdict.EXPLICITLY_DENIED: "DENY",
    Verdict.IMPLICITLY_DENIED: None,
}
QUESTIONS = [(action, key) for action in OBJECT_ACTIONS for key in ("k", "missing")]
QUESTIONS += [(action, None) for action in BUCKET_ACTIONS]


@MANY
@given(scenes)
def test_authorization_and_the_procedure_agree(scene: Any) -> None:
    """Every action for every caller of a world; ``k`` is its object, if it has one."""
    cast, world = scene
    aws, principals = build(world, cast)
    told = {} if world["referer"] is None else {"aws:Referer": [world["referer"]]}
    through = nullcontext() if world["endpoint"] is None else aws.request_context(source_vpce="vpce-1")
    with through:
        for person, principal in zip(cast, principals, strict=True):
            caller = naive_caller(person, told)
            for action, key in QUESTIONS:
                resource = "arn:aws:s3:::bkt" + (f"/{key}" if key else "")
                decision = aws.explain(principal, action, resource, told)
                there = {**world, "owner": A, "object": world["object"] if key == "k" else None}
                verdict, layer = naive_authorizer.decide(there, caller, action, key)
                assert (NAMES[decision.verdict], action, resource) == (verdict, action, resource), decision
                assert layer in (None, decision.layer), decision


def test_ci_compares_ten_thousand_decisions() -> None:
    assert settings.get_profile("ci").max_examples * 8 * 2 * len(QUESTIONS) >= 10_000
