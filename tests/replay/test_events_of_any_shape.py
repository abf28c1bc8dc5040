"""Events that CloudTrail does not write: replay answers all of them and changes nothing."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mocks3 import Mocks3Error
from mocks3.handles.mock_aws import MockAWS
from mocks3.replay import events_in_text
from tests.replay.conftest import ALLOWED_READS, OWNER, event, session

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 10**13)
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["s3.amazonaws.com", "arn:aws:iam::1:root", "AIDA", "0", "2026-01-01", "999999999999"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Records", "detail", "eventName", "eventSource", "bucketName", "key", "arn", "type", "Rule"]
            )
            | st.text(max_size=4),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
WORLD = MockAWS()
WORLD.account(OWNER).create_bucket("data", objects={"k": b"x"})
WORLD.account(OWNER).create_role("reader", path="/app/", policies=ALLOWED_READS)
NAMES = [
    "GetObject",
    "PutObject",
    "PutBucketAcl",
    "ListObjects",
    "PutBucketPolicy",
    "UploadPart",
    "DeleteObjects",
]


def paths(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [above] if above else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in items:
        found += paths(each, (*above, name))
    return found


WHOLE = event(
    who=session(sourceIdentity="x", webIdFederationData={"attributes": {}}), sent={"key": "k", "acl": ""}
)
PATHS = paths(WHOLE)


@given(st.sampled_from(NAMES), st.lists(st.tuples(st.sampled_from(PATHS), VALUES), min_size=1, max_size=3))
def test_an_event_with_any_values_is_answered(name: str, changes: list[tuple[Any, Any]]) -> None:
    changed = copy.deepcopy(WHOLE) | {"eventName": name}
    for path, value in changes:
        inner: Any = changed
        for step in path[:-1]:
            inner = inner[step] if isinstance(inner, dict | list) and _has(inner, step) else {}
        if isinstance(inner, dict):
            inner[path[-1]] = value
    before = (WORLD.snapshot(), len(WORLD.decisions), WORLD.clock.shift, dict(WORLD.store.buckets()))
    answered = answer(lambda: WORLD.replay(changed))
    if isinstance(answered, Mocks3Error):
        assert "CloudTrail event" in str(answered)
        return
    for each in answered:
        assert each.why
        assert each.agrees in (True, False, None)
        json.dumps(each.record())
        assert str(each)
    assert before[1:] == (len(WORLD.decisions), WORLD.clock.shift, dict(WORLD.store.buckets()))


def _has(inner: Any, step: Any) -> bool:
    return step in inner if isinstance(inner, dict) else isinstance(step, int) and step < len(inner)


@given(VALUES)
def test_any_json_is_events_or_an_error(value: Any) -> None:
    found = answer(lambda: events_in_text(json.dumps(value), "file"))
    if isinstance(found, Mocks3Error):
        assert str(found).startswith("file:1:1: ")
    else:
        assert all("eventName" in each.event for each in found)


def answer(ask: Callable[[], Any]) -> Any:
    """Return the answer, or the error if it is one for users."""
    try:
        return ask()
    except Mocks3Error as error:
        return error
