"""The context of a request: its forms, and the keys that are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from mocks3.policy import Policies, Request, decide

from .questions import KEY, USER, A, allow, allowed, deny, document, statement


class Lazy(Mapping[str, Any]):
    """A mapping that computes its values, and records the keys that are read."""

    def __init__(self, **values: Any) -> None:
        self.values_by_key = values
        self.asked: list[str] = []

    def __getitem__(self, key: str) -> Any:
        self.asked.append(key)
        return self.values_by_key[key]

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("a lazy context is never walked through")

    def __len__(self) -> int:
        raise AssertionError("a lazy context is never counted")


def test_a_lazy_context_is_asked_for_named_keys_alone_in_lower_case() -> None:
    context = Lazy(**{"aws:sourceip": ["::1"], "never": ["x"], "aws:username": ["dave"]})
    policy = allow(when={"IpAddress": {"AWS:SourceIp": "::/0"}}, Resource="arn:aws:s3:::bkt/${aws:UserName}")
    assert allowed(on="arn:aws:s3:::bkt/dave", identity=[policy], context=context)
    assert set(context.asked) == {"aws:sourceip", "aws:username"}


def test_what_no_candidate_names_is_not_asked_for() -> None:
    context = Lazy()
    other = document(
        statement(Action="s3:Put*", when={"Bool": {"a": "true"}}),
        statement(Resource="arn:aws:s3:::other", when={"Bool": {"b": "true"}}),
        statement("Deny", Resource="arn:aws:s3:::other", when={"Bool": {"c": "true"}}),
    )
    assert not allowed(identity=[other], context=context)
    assert context.asked == []


def test_a_lazy_context_may_say_none_or_raise_key_error() -> None:
    policy = allow(when={"Null": {"k": "true"}})
    assert allowed(identity=[policy], context=Lazy())
    assert allowed(identity=[policy], context=Lazy(k=None))
    assert not allowed(identity=[policy], context=Lazy(k=("v",)))


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("v", ("v",)),
        (["a", "b"], ("a", "b")),
        (("a",), ("a",)),
        ({"a"}, ("a",)),
        (True, ("true",)),
        (False, ("false",)),
        (5, ("5",)),
        (1.5, ("1.5",)),
        ([True, 5, "x"], ("true", "5", "x")),
        (None, ()),
        ([], ()),
    ],
)
def test_a_dict_may_hold_bare_values(given: Any, seen: tuple[str, ...]) -> None:
    request = Request(USER, "s3:GetObject", KEY, A, {"AWS:Key": given})
    assert request.values("aws:key") == seen
    assert request.values("aws:other") is None


def test_a_dict_is_copied() -> None:
    context = {"k": ["v"]}
    request = Request(USER, "s3:GetObject", KEY, A, context)
    context["k"].append("w")
    context["l"] = ["x"]
    assert dict(request.context) == {"k": ("v",)}


def test_multivalued_keys_ignore_case() -> None:
    assert Request(USER, "a:b", "*", A, {}, frozenset({"AWS:TagKeys"})).multivalued == {"aws:tagkeys"}


def test_requests_do_not_change() -> None:
    request = Request(USER, "a:b", "*", A, {})
    with pytest.raises(AttributeError):
        request.action = "c:d"  # type: ignore[misc]


def test_deciding_is_repeatable() -> None:
    request = Request(USER, "s3:GetObject", KEY, A, {"k": "v"})
    policies = Policies(
        [allow(when={"StringEquals": {"k": "${k}"}})], resource=deny(Principal="*", Action="s3:Put*")
    )
    assert {decide(request, policies).verdict for _ in range(3)} == {"ALLOWED"}


def test_every_kind_of_dict_is_normalised() -> None:
    from collections import OrderedDict

    assert Request(USER, "a:b", "*", A, OrderedDict({"AWS:K": "v"})).values("aws:k") == ("v",)
