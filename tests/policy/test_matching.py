"""The actions and resources that a statement matches (C-1 to C-7)."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

from mocks3.policy import Policy
from mocks3.policy.glob import glob

from .questions import BUCKET, allow, allowed, deny, document, statement


@pytest.mark.parametrize("missing", ["Action", "Resource", "Condition", "Principal"])
def test_C_1_every_element_must_match(missing: str) -> None:
    whole = {
        "Action": "s3:GetObject",
        "Resource": f"{BUCKET}/k",
        "Condition": {"Bool": {"b": "true"}},
        "Principal": "*",
    }
    wrong = {
        "Action": "s3:Put",
        "Resource": "arn:x",
        "Condition": {"Bool": {"b": "false"}},
        "Principal": {"Service": "s"},
    }
    assert allowed(resource=allow(**whole), context={"b": "true"})
    assert not allowed(resource=allow(**whole | {missing: wrong[missing]}), context={"b": "true"})


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("*", True),
        ("s3:GetObject", True),
        ("S3:gEToBJECT", True),
        ("s3:Get*", True),
        ("s3:*", True),
        ("s3:?etObject", True),
        ("*:GetObject", True),
        ("*Object", True),
        ("s3:G*t*j*", True),
        ("s3:GetObject?", False),
        ("s3:GetObjec", False),
        ("s3:GetObjectAcl", False),
        ("iam:*", False),
        ("GetObject", False),
        ("s3:Get Object", False),
    ],
)
def test_C_2_actions_are_globs_that_ignore_case(pattern: str, matches: bool) -> None:
    assert allowed(identity=[allow(Action=pattern)]) is matches
    assert allowed(identity=[allow(NotAction=pattern)]) is not matches


def test_C_2_not_action_applies_to_what_is_not_listed() -> None:
    both = allow(NotAction=["s3:Put*", "s3:Delete*"])
    assert allowed(identity=[both])
    assert not allowed(action="s3:DeleteObject", identity=[both])
    assert not allowed(identity=[allow(), document(statement("Deny", NotAction="s3:Put*"))])
    assert allowed(
        action="s3:PutObject", identity=[allow(), document(statement("Deny", NotAction="s3:Put*"))]
    )


@pytest.mark.parametrize(
    ("pattern", "resource", "matches"),
    [
        ("*", BUCKET, True),
        ("?*", BUCKET, True),
        ("**", BUCKET, True),
        (f"{BUCKET}*", BUCKET, True),
        (f"{BUCKET}*", f"{BUCKET}2", True),
        (f"{BUCKET}*", f"{BUCKET}/k", True),
        (f"{BUCKET}/*", BUCKET, False),
        (f"{BUCKET}/*", f"{BUCKET}//k", True),
        (f"{BUCKET}/*", f"{BUCKET}/", True),
        (f"{BUCKET}/a/*/c", f"{BUCKET}/a/b/b/c", True),
        (f"{BUCKET}/?", f"{BUCKET}//", True),
        (f"{BUCKET}/?", f"{BUCKET}/kk", False),
        (f"{BUCKET}/k", f"{BUCKET}/K", False),
        ("arn:aws:s3:::BKT", BUCKET, False),
        (f"{BUCKET}/a*", f"{BUCKET}/a:b:c", True),
        (f"{BUCKET}/*", f"{BUCKET}/line\nline", True),
        ("arn:aws:*", f"{BUCKET}/k", True),
        ("arn:aws:s3:*:bkt", BUCKET, True),
        ("arn:*:bkt/k", f"{BUCKET}/k", True),
        (f"{BUCKET}/a.b", f"{BUCKET}/axb", False),
        (f"{BUCKET}/[ab]", f"{BUCKET}/a", False),
        ("arn:aws-cn:s3:::bkt", BUCKET, False),
    ],
)
def test_C_3_resources_are_globs_over_the_whole_arn(pattern: str, resource: str, matches: bool) -> None:
    for version in ("2008-10-17", "2012-10-17"):
        assert (
            allowed(on=resource, identity=[document(statement(Resource=pattern), version=version)]) is matches
        )


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("arn:aws:s3", True),
        ("arn:aws:s3:", True),
        ("arn:aws:s3::", True),
        ("arn:aws", True),
        ("arn:aws:s3:us-east-1", False),
        ("arn:aws:sqs", False),
        ("arn:aws-cn:s3", False),
        ("arn:aws:s", False),
        ("s3", False),
        ("arn:aws:s3:::", False),
    ],
)
def test_C_3_incomplete_arns_are_completed(pattern: str, matches: bool) -> None:
    """C-3: missing fields count as `*`, in Allow, Deny and NotResource, and for calls on no resource (C-5)."""
    for resource in (BUCKET, f"{BUCKET}/a:b/k"):
        assert allowed(on=resource, identity=[allow(Resource=pattern)]) is matches
        assert allowed(on=resource, identity=[allow(), deny(Resource=pattern)]) is not matches
        assert allowed(on=resource, identity=[allow(NotResource=pattern)]) is not matches
    point = "arn:aws:s3:us-east-1:111111111111:accesspoint/p"
    reaches_the_region = matches and not pattern.endswith(":")
    assert allowed(on=point, identity=[allow(Resource=pattern)]) is (
        reaches_the_region or pattern == "arn:aws:s3:us-east-1"
    )


def test_C_5_a_call_on_no_resource_matches_a_completed_arn() -> None:
    for pattern, matches in {"arn:aws:s3": True, "arn:aws:s3::": True, "arn:aws:sqs": False}.items():
        identity = [allow(Action="s3:*", Resource=pattern)]
        assert allowed(on="*", identity=identity) is matches


def test_C_3_wildcards_of_the_request_are_characters() -> None:
    assert not allowed(on=f"{BUCKET}/*", identity=[allow(Resource=f"{BUCKET}/k")])
    assert not allowed(on=f"{BUCKET}/?", identity=[allow(Resource=f"{BUCKET}/k")])
    assert allowed(on=f"{BUCKET}/a*b?", identity=[allow(Resource=f"{BUCKET}/a?b*")])


def test_C_4_not_resource_applies_to_all_that_is_not_listed() -> None:
    deny = document(statement("Deny", NotResource=f"{BUCKET}/home/*"))
    assert allowed(on=f"{BUCKET}/home/x", identity=[allow(), deny])
    assert not allowed(on=BUCKET, identity=[allow(), deny])
    assert not allowed(on=f"{BUCKET}/k", identity=[allow(), deny])


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("*", True),
        ("arn:aws:s3:::*", True),
        ("arn:aws:S3:::*", True),
        ("arn:aws:sqs:::*", False),
        ("arn:aws:s3:::b*", False),
        ("arn:aws:s3:::*/*", False),
        ("arn:aws:s3::1:*", False),
        (BUCKET, False),
    ],
)
def test_C_5_calls_on_no_resource(pattern: str, matches: bool) -> None:
    call = {"action": "s3:ListAllMyBuckets", "on": "*"}
    assert allowed(**call, identity=[allow(Resource=pattern)]) is matches
    assert allowed(**call, identity=[allow(NotResource=pattern)]) is not matches


def test_C_5_that_is_about_calls_on_no_resource_alone() -> None:
    assert not allowed(on="arn:aws:s3:eu-west-1:1:accesspoint/x", identity=[allow(Resource="arn:aws:s3:::*")])


@pytest.mark.parametrize("member", ["Action", "Resource"])
def test_C_7_an_empty_list_matches_nothing(member: str) -> None:
    assert not allowed(identity=[allow(**{member: []})])
    assert allowed(identity=[allow(**{f"Not{member}": []})])


def test_C_7_an_empty_condition_is_true() -> None:
    assert allowed(identity=[allow(when={})])
    assert allowed(identity=[allow(when={"StringEquals": {}})])


@pytest.mark.parametrize(
    ("wanted", "holds"), [({"StringEquals": {"k": []}}, False), ({"StringNotEquals": {"k": []}}, True)]
)
def test_C_7_no_value_is_among_none(wanted: dict[str, Any], holds: bool) -> None:
    assert allowed(identity=[allow(when=wanted)], context={"k": "v"}) is holds


def test_one_document_of_many_actions_is_asked_again_and_again() -> None:
    """The cache of candidates by action is bounded, and clearing it changes no result."""
    from mocks3.policy.compiling import CompiledDocument

    policy = allow(Action="s3:Get*")
    for number in range(CompiledDocument.REMEMBERED + 10):
        assert allowed(action=f"s3:Get{number}", identity=[policy])
    assert allowed(action="s3:Get0", identity=[policy])
    compiled = Policy.parse(policy).compiled
    known = compiled.candidates("s3:GetX")
    assert compiled.candidates("s3:GetY") is not known
    assert compiled.candidates("s3:GetX") is known
    assert not allowed(action="s3:Put0", identity=[policy])


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("?", "", False),
        ("?", "\n", True),
        ("**", "ab", True),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("*ab*ab", "abab", True),
        ("*ab*ab", "ab", False),
        ("a?*", "a", False),
        ("a?*", "ab", True),
        ("*a?c*", "xxabcxx", True),
        ("*a?c*", "xxabxcx", False),
        ("*a?a?b*", "aaaaab", True),
        ("*a?b*", "ab", False),
        ("?*?", "a", False),
        ("*?x", "x", False),
        ("a*bc*d", "abcbcd", True),
        ("ab*bc", "abc", False),
        ("*é?*", "aéx", True),
    ],
)
def test_globs(pattern: str, text: str, matches: bool) -> None:
    assert glob(pattern)(text) is matches


def test_every_short_pattern_against_every_short_text() -> None:
    """Compare 86,000 pairs with regular expressions. Short patterns do not make these slow."""
    texts = ["".join(letters) for length in range(6) for letters in itertools.product("ab", repeat=length)]
    for length in range(6):
        for symbols in itertools.product("ab*?", repeat=length):
            pattern = "".join(symbols)
            expression = re.compile(pattern.replace("*", ".*").replace("?", "."), re.DOTALL)
            test = glob(pattern)
            expected = [expression.fullmatch(text) is not None for text in texts]
            assert [test(text) for text in texts] == expected, pattern


@pytest.mark.parametrize("chunk", ["a?b", "?ab?", "aab?a", "b??a", "?a?b?"])
def test_a_chunk_with_gaps_is_found_wherever_it_is(chunk: str) -> None:
    texts = ["".join(letters) for length in range(9) for letters in itertools.product("ab", repeat=length)]
    expression = re.compile(f".*{chunk}.*b.*".replace("?", "."))
    test = glob(f"*{chunk}*b*")
    assert [test(text) for text in texts] == [expression.fullmatch(text) is not None for text in texts]
