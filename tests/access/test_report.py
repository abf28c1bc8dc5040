"""The exact text of ``print(decision)``. ``MOCKS3_WRITE_GOLDEN=1`` writes the files again: then read them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mocks3.access.explain.remedies import would_allow
from mocks3.policy import Layer, Policies
from tests.access.asking import allow, both, deny
from tests.access.stories import STORIES, K, bucket

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", STORIES)
def test_what_is_said(aws, name: str) -> None:
    """B-22."""
    said = str(STORIES[name](aws)) + "\n"
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("MOCKS3_WRITE_GOLDEN"):
        file.write_text(said, "utf-8")
    assert said == file.read_text("utf-8")


def test_nothing_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(STORIES)


@pytest.mark.parametrize("name", STORIES)
def test_the_headline_is_one_line(aws, name: str) -> None:
    decision = STORIES[name](aws)
    assert "\n" not in decision.headline
    assert decision.reason in decision.headline
    assert repr(decision) == f"<Decision {decision.headline}>"
    assert decision.headline.startswith("allowed " if decision.allowed else "denied ")


@pytest.mark.parametrize("name", STORIES)
def test_a_denial_says_how_to_go_on(aws, name: str) -> None:
    """A denied call has a remedy; an allowed call has none."""
    decision = STORIES[name](aws)
    assert bool(decision.remedies()) != decision.allowed


def test_the_fix_is_enough_and_no_more(aws) -> None:
    """Each remedy removes a Deny or adds an Allow, and was tried."""
    dave = bucket(aws).create_user("dave", policies=deny("s3:GetObject"))
    decision = aws.explain(dave, "s3:GetObject", K)
    for remedy in decision.remedies():
        assert remedy[0].text.startswith("remove or narrow Statement[0]")
        assert len(remedy) == 2
    dave.put_policy(allow("s3:GetObject", K))
    assert aws.explain(dave, "s3:GetObject", K).allowed


def test_reconsidering_leaves_the_decision_alone(aws) -> None:
    dave = bucket(aws).create_user("dave")
    decision = aws.explain(dave, "s3:GetObject", K)
    assert would_allow(decision, [Policies(identity=[allow()])])
    assert not decision.allowed


def test_near_misses_are_evidence(aws) -> None:
    policies = both(
        allow("s3:GetObject", "arn:aws:s3:::bkt/x"), allow("s3:PutObject", "arn:aws:s3:::other/*")
    )
    dave = bucket(aws).create_user("dave", policies=policies)
    (miss,) = aws.explain(dave, "s3:GetObject", K).near_misses()
    assert (miss.ref.layer, miss.ref.statement) == (Layer.IDENTITY, 0)
    assert miss.failure is not None
    assert (miss.failure.element, miss.failure.seen) == ("Resource", (K,))


def test_only_so_much_is_shown(aws) -> None:
    policies = [allow("s3:GetObject", f"arn:aws:s3:::bkt/{n}") for n in range(5)]
    said = str(aws.explain(bucket(aws).create_user("dave", policies=policies), "s3:GetObject", K))
    assert said.count("but its Resource") == 3
    assert "  and 2 more" in said
