"""Lifecycle rules against a simple twin that goes through every midnight with plain lists, however far time moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mocks3 import mock_s3

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
COLD = ["STANDARD", "STANDARD_IA", "GLACIER", "DEEP_ARCHIVE"]


@dataclass
class Kept:
    """A version of the twin."""

    written: datetime
    size: int = 0
    marker: bool = False
    tag: str = ""
    storage_class: str = "STANDARD"


class Twin:
    """Keys to versions, newest first; uploads; and one rule."""

    def __init__(self, rule: dict[str, Any], versioned: bool, smallest: int) -> None:
        self.rule, self.versioned, self.smallest = rule, versioned, smallest
        self.keys: dict[str, list[Kept]] = {}
        self.uploads: list[tuple[str, datetime]] = []
        asked = rule.get("Filter", {})
        self.asked = asked.get("And", asked)
        self.prefix = rule.get("Prefix", self.asked.get("Prefix", ""))
        tags = self.asked.get("Tags", [self.asked["Tag"]] if "Tag" in self.asked else [])
        self.tags = [tag["Value"] for tag in tags]
        self.sized = "ObjectSizeGreaterThan" in self.asked or "ObjectSizeLessThan" in self.asked

    def meant(self, kept: Kept) -> bool:
        """Return whether the rule applies to a version with a matching prefix."""
        if self.rule["Status"] == "Disabled" or any(tag != kept.tag for tag in self.tags):
            return False
        if kept.size <= self.asked.get("ObjectSizeGreaterThan", -1):
            return False
        return kept.size < self.asked.get("ObjectSizeLessThan", 1 << 40)

    def put(self, key: str, kept: Kept) -> None:
        before = self.keys.get(key, []) if self.versioned else []
        self.keys[key] = [kept, *before]

    def delete(self, key: str, now: datetime) -> None:
        if self.versioned:
            self.put(key, Kept(now, marker=True))
        else:
            self.keys.pop(key, None)

    def midnight(self, now: datetime) -> None:
        for key in [key for key in self.keys if key.startswith(self.prefix)]:
            self._deletions(key, now)
            self._moves(key, now)
            self._marks(key, now)
            self._deletions(key, now)
            self._moves(key, now)
        self.keys = {key: versions for key, versions in self.keys.items() if versions}
        abort = self.rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation")
        if self.rule["Status"] == "Enabled":
            self.uploads = [
                (key, begun)
                for key, begun in self.uploads
                if not (key.startswith(self.prefix) and self._old(begun, abort, now))
            ]

    def _old(self, since: datetime, days: int | None, now: datetime) -> bool:
        if days is None:
            return False
        at = since + timedelta(days=days)
        return at.replace(hour=0, minute=0, second=0) + DAY <= now

    def _due(self, action: dict[str, Any], written: datetime, now: datetime) -> bool:
        if "Date" in action:
            return action["Date"] <= now and self._old(written, 0, now)
        return self._old(written, action.get("Days"), now)

    def _deletions(self, key: str, now: datetime) -> None:
        versions = self.keys[key]
        noncurrent = self.rule.get("NoncurrentVersionExpiration", {})
        for n in range(len(versions) - 1, 0, -1):
            enough = n - 1 >= noncurrent.get("NewerNoncurrentVersions", 0)
            due = self._old(versions[n - 1].written, noncurrent.get("NoncurrentDays"), now)
            if enough and due and self.meant(versions[n]):
                del versions[n]
        expiration = self.rule.get("Expiration", {})
        if len(versions) != 1 or not self.meant(versions[0]):
            return
        (only,) = versions
        if only.marker and expiration.get("ExpiredObjectDeleteMarker"):
            gone = self._old(only.written, 0, now)
        else:
            gone = (only.marker or not self.versioned) and self._due(expiration, only.written, now)
        if gone:
            versions.clear()

    def _moves(self, key: str, now: datetime) -> None:
        versions = self.keys[key]
        for n, version in enumerate(versions):
            moves = self.rule.get("Transitions" if n == 0 else "NoncurrentVersionTransitions", [])
            for move in moves:
                if n == 0:
                    due = self._due(move, version.written, now)
                else:
                    due = self._old(versions[n - 1].written, move["NoncurrentDays"], now)
                    due = due and n - 1 >= move.get("NewerNoncurrentVersions", 0)
                colder = COLD.index(move["StorageClass"]) > COLD.index(version.storage_class)
                large = self.sized or version.size >= self.smallest
                if due and colder and large and not version.marker and self.meant(version):
                    version.storage_class = move["StorageClass"]

    def _marks(self, key: str, now: datetime) -> None:
        for version in self.keys[key][:1]:
            due = self._due(self.rule.get("Expiration", {}), version.written, now)
            if self.versioned and not version.marker and due and self.meant(version):
                self.put(key, Kept(now, marker=True))

    def shown(self) -> list[tuple[str, date, bool, str]]:
        return sorted(
            (key, v.written.date(), v.marker, "" if v.marker else v.storage_class)
            for key, versions in self.keys.items()
            for v in versions
        )


days = st.integers(1, 4)
COLD_DAYS = 90
"""The days that an object stays in GLACIER at least."""


@st.composite
def timed(draw: st.DrawFn, unit: str, newer: dict[str, Any]) -> tuple[list[dict[str, Any]], Any]:
    """Return transitions in an order that S3 accepts, and a time for the expiration after them, or None."""
    when = draw(st.integers(0, 4))
    found = []
    for storage_class in draw(st.sampled_from([[], COLD[2:3], COLD[3:], COLD[2:]])):
        move = {unit: moment(unit, when), "StorageClass": storage_class}
        found.append({**move, **draw(st.fixed_dictionaries({}, optional=newer))})
        when += COLD_DAYS
    last = when - COLD_DAYS if found else 0
    return found, moment(unit, last + draw(days)) if draw(st.booleans()) else None


def moment(unit: str, number: int) -> Any:
    return START.replace(hour=0) + number * DAY if unit == "Date" else number


TAG = {"Key": "t", "Value": "1"}
SIZES = {"ObjectSizeGreaterThan": 0, "ObjectSizeLessThan": 131073}
scopes = st.sampled_from(
    [
        {"Filter": {}},
        {"Filter": {"Prefix": "a"}},
        {"Prefix": "a"},
        {"Filter": {"Tag": TAG}},
        {"Filter": {"ObjectSizeGreaterThan": 0}},
        {"Filter": {"ObjectSizeLessThan": 10}},
        {"Filter": {"And": {"Prefix": "a", "Tags": [TAG]}}},
        {"Filter": {"And": {"Tags": [TAG], **SIZES}}},
    ]
)
KEYS = st.sampled_from(["a", "b"])
steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("put"), KEYS, st.sampled_from([0, 131072, 131073]), st.sampled_from(["", "1", "2"])
        ),
        st.tuples(st.just("delete"), KEYS),
        st.tuples(st.just("begin"), KEYS),
        st.tuples(st.just("wait"), st.integers(1, 24 * 6)),
        st.tuples(st.just("wait"), st.just(24 * COLD_DAYS)),
    ),
    min_size=2,
    max_size=12,
)


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """Return a strategy for rules of both generations, with members that may be combined."""
    rule = dict(draw(scopes))
    newer = {"NewerNoncurrentVersions": st.integers(1, 2)} if "Filter" in rule else {}
    unit = draw(st.sampled_from(["Days", "Date"]))
    moves, end = draw(timed(unit, {}))
    later_moves, later_end = draw(timed("NoncurrentDays", newer))
    parts: dict[str, Any] = {
        "Transitions": moves,
        "NoncurrentVersionTransitions": later_moves,
        "Expiration": None if end is None else {unit: end},
        "NoncurrentVersionExpiration": None
        if later_end is None
        else {"NoncurrentDays": later_end, **draw(st.fixed_dictionaries({}, optional=newer))},
    }
    if "'t'" not in str(rule) and "Size" not in str(rule):  # an upload has no tags and no size
        parts["AbortIncompleteMultipartUpload"] = draw(
            st.one_of(st.none(), st.fixed_dictionaries({"DaysAfterInitiation": days}))
        )
        if end is None and draw(st.booleans()):
            parts["Expiration"] = {"ExpiredObjectDeleteMarker": True}
    acts = {name: part for name, part in parts.items() if part} or {"Expiration": {"Days": 2}}
    status = draw(st.sampled_from(["Enabled", "Enabled", "Enabled", "Disabled"]))
    return {**rule, **acts, "ID": "r", "Status": status}


PUTS = [("put", key, 131073, "1") for key in "aaab"]
A_DAY, A_WEEK = ("wait", 24), ("wait", 24 * 6)
EACH = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "a"}}


def walked(rule: dict[str, Any], *walk: Any) -> Any:
    """An example that random data rarely produces."""
    return example(versioned=True, rule={**EACH, **rule}, small_too=False, walk=[*walk, A_WEEK])


@walked({"NoncurrentVersionExpiration": {"NoncurrentDays": 1, "NewerNoncurrentVersions": 1}}, *PUTS)
@walked(
    {
        "NoncurrentVersionTransitions": [
            {"NoncurrentDays": 1, "NewerNoncurrentVersions": 1, "StorageClass": "GLACIER"}
        ]
    },
    *PUTS,
)
@walked(
    {
        "Expiration": {"Days": 4},
        "NoncurrentVersionTransitions": [
            {"NoncurrentDays": 1, "NewerNoncurrentVersions": 1, "StorageClass": "GLACIER"}
        ],
    },
    *PUTS,
    ("wait", 108),
)
@walked({"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}, ("begin", "a"), ("begin", "b"))
@walked({"Filter": {"Tag": TAG}, "Expiration": {"Days": 1}}, *PUTS, ("put", "b", 0, "2"), A_DAY)
@walked({"Expiration": {"Date": START.replace(hour=0)}}, A_DAY, *PUTS)
@walked({"Expiration": {"ExpiredObjectDeleteMarker": True}}, ("delete", "a"), ("delete", "b"))
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=80)
@given(versioned=st.booleans(), rule=rules(), small_too=st.booleans(), walk=steps)
def test_jumps_equal_single_midnights(versioned, rule, small_too, walk):
    minimum = "varies_by_storage_class" if small_too else "all_storage_classes_128K"
    twin = Twin(rule, versioned, 0 if small_too else 131072)
    with mock_s3() as aws:
        aws.clock.move_to(START)
        aws.account().create_bucket("data", versioning=versioned)
        s3 = aws.client()
        s3.put_bucket_lifecycle_configuration(
            Bucket="data",
            LifecycleConfiguration={"Rules": [rule]},
            TransitionDefaultMinimumObjectSize=minimum,
        )
        now = START
        for what, *more in walk:
            if what == "put":
                key, size, tag = more
                tagging = f"t={tag}" if tag else ""
                s3.put_object(Bucket="data", Key=key, Body=b"x" * size, Tagging=tagging)
                twin.put(key, Kept(now, size, tag=tag))
            elif what == "delete":
                s3.delete_object(Bucket="data", Key=more[0])
                twin.delete(more[0], now)
            elif what == "begin":
                s3.create_multipart_upload(Bucket="data", Key=more[0])
                twin.uploads.append((more[0], now))
            else:
                later = now + timedelta(hours=more[0])
                aws.clock.move_to(later)
                while now.replace(hour=0) + DAY <= later:
                    now = now.replace(hour=0) + DAY
                    twin.midnight(now)
                now = later
        assert shown(s3) == twin.shown()
        begun = s3.list_multipart_uploads(Bucket="data").get("Uploads", [])
        assert sorted(upload["Key"] for upload in begun) == sorted(key for key, _ in twin.uploads)


def shown(s3: Any) -> list[tuple[str, date, bool, str]]:
    listed = s3.list_object_versions(Bucket="data")
    found = [
        (v["Key"], v["LastModified"].date(), False, v["StorageClass"]) for v in listed.get("Versions", [])
    ]
    found += [(m["Key"], m["LastModified"].date(), True, "") for m in listed.get("DeleteMarkers", [])]
    return sorted(found)
