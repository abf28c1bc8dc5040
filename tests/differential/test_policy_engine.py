"""The policy engine and the naive evaluator give the same verdicts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mocks3.policy import decide
from tests.policy.questions import put
from tests.policy.strategies import KEYS, conditions, policy_sets, requests, values

from . import naive_policy

QUESTIONS_A_POLICY = 4
MANY = settings(max_examples=settings.default.max_examples * 6)


@MANY
@given(policy_sets(), st.lists(requests, min_size=QUESTIONS_A_POLICY, max_size=QUESTIONS_A_POLICY))
def test_engine_and_prose_agree(policies: dict[str, Any], asked: list[dict[str, Any]]) -> None:
    for request in asked:
        question = {"request": request, **policies}
        assert decide(*put(question)).verdict == naive_policy.verdict(question)


@MANY
@given(
    conditions(),
    st.lists(st.dictionaries(st.sampled_from(KEYS), st.lists(values, max_size=3)), min_size=4, max_size=4),
)
def test_conditions_and_prose_agree(block: dict[str, Any], contexts: list[dict[str, list[str]]]) -> None:
    """Conditions alone, so that no other element hides a difference."""
    caller = {"kind": "user", "arn": "arn:aws:iam::1:user/u", "account": "1"}
    document = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": block},
    }
    for context in contexts:
        request = {
            "principal": caller, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "resource_account": "1",
            "context": context, "multivalued": [],
        }  # fmt: skip
        question = {"request": request, "identity_policies": [document]}
        assert decide(*put(question)).verdict == naive_policy.verdict(question)


@pytest.mark.parametrize("profile", ["ci", "deep"])
def test_ci_compares_thousands_of_cases(profile: str) -> None:
    assert settings.get_profile(profile).max_examples * 6 * QUESTIONS_A_POLICY * 2 >= 2_000
