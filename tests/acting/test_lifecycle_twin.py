"""Lifecycle rules against a twin that walks through every midnight with plain lists, however far the clock leaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
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
    storage_class: str = "STANDARD"


class Twin:
    """Keys to versions, newest first; and one rule."""

    def __init__(self, rule: dict[str, Any], versioned: bool) -> None:
        self.rule, self.versioned = rule, versioned
        self.keys: dict[str, list[Kept]] = {}

    def put(self, key: str, kept: Kept) -> None:
        before = self.keys.get(key, []) if self.versioned else []
        self.keys[key] = [kept, *before]

    def delete(self, key: str, now: datetime) -> None:
        if self.versioned:
            self.put(key, Kept(now, marker=True))
        else:
            self.keys.pop(key, None)

    def midnight(self, now: datetime) -> None:
        for key in [key for key in self.keys if key.startswith(self.rule["Filter"].get("Prefix", ""))]:
            self._deletions(key, now)
            self._moves(key, now)
            self._marks(key, now)
            self._deletions(key, now)
        self.keys = {key: versions for key, versions in self.keys.items() if versions}

    def _old(self, since: datetime, days: int | None, now: datetime) -> bool:
        if days is None:
            return False
        at = since + timedelta(days=days)
        return at.replace(hour=0, minute=0, second=0) + DAY <= now

    def _deletions(self, key: str, now: datetime) -> None:
        versions = self.keys[key]
        noncurrent = self.rule.get("NoncurrentVersionExpiration", {})
        for n in range(len(versions) - 1, 0, -1):
            enough = n - 1 >= noncurrent.get("NewerNoncurrentVersions", 0)
            if enough and self._old(versions[n - 1].written, noncurrent.get("NoncurrentDays"), now):
                del versions[n]
        expiration = self.rule.get("Expiration", {})
        if len(versions) != 1:
            return
        (only,) = versions
        if only.marker and expiration.get("ExpiredObjectDeleteMarker"):
            gone = self._old(only.written, 0, now)
        else:
            gone = (only.marker or not self.versioned) and self._old(
                only.written, expiration.get("Days"), now
            )
        if gone:
            versions.clear()

    def _moves(self, key: str, now: datetime) -> None:
        for version in self.keys[key][:1]:
            for move in self.rule.get("Transitions", []):
                colder = COLD.index(move["StorageClass"]) > COLD.index(version.storage_class)
                due = self._old(version.written, move["Days"], now)
                if due and colder and not version.marker and version.size >= 131072:
                    version.storage_class = move["StorageClass"]

    def _marks(self, key: str, now: datetime) -> None:
        for version in self.keys[key][:1]:
            days = self.rule.get("Expiration", {}).get("Days")
            if self.versioned and not version.marker and self._old(version.written, days, now):
                self.put(key, Kept(now, marker=True))

    def shown(self) -> list[tuple[str, date, bool, str]]:
        return sorted(
            (key, v.written.date(), v.marker, "" if v.marker else v.storage_class)
            for key, versions in self.keys.items()
            for v in versions
        )


days = st.integers(1, 4)
expirations = st.one_of(
    st.none(),
    st.fixed_dictionaries({"Days": days}),
    st.just({"ExpiredObjectDeleteMarker": True}),
)
noncurrents = st.one_of(
    st.none(),
    st.fixed_dictionaries({"NoncurrentDays": days}, optional={"NewerNoncurrentVersions": st.integers(1, 2)}),
)
moves = st.lists(
    st.fixed_dictionaries({"Days": st.integers(0, 4), "StorageClass": st.sampled_from(COLD[2:])}),
    max_size=2,
    unique_by=lambda move: move["StorageClass"],
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from(["a", "b"]), st.sampled_from([0, 131072])),
        st.tuples(st.just("delete"), st.sampled_from(["a", "b"])),
        st.tuples(st.just("wait"), st.integers(1, 24 * 6)),
    ),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(st.booleans(), st.sampled_from(["", "a"]), expirations, noncurrents, moves, steps)
def test_leaps_do_what_midnights_would(versioned, prefix, expiration, noncurrent, transitions, walk):
    parts = {
        "Expiration": expiration,
        "NoncurrentVersionExpiration": noncurrent,
        "Transitions": transitions,
    }
    rule: dict[str, Any] = {name: part for name, part in parts.items() if part}
    if not rule:
        rule = {"Expiration": {"Days": 2}}
    rule |= {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": prefix}}
    twin = Twin(rule, versioned)
    with mock_s3() as aws:
        aws.clock.move_to(START)
        aws.account().create_bucket("data", versioning=versioned)
        s3 = aws.client()
        s3.put_bucket_lifecycle_configuration(Bucket="data", LifecycleConfiguration={"Rules": [rule]})
        now = START
        for what, *more in walk:
            if what == "put":
                s3.put_object(Bucket="data", Key=more[0], Body=b"x" * more[1])
                twin.put(more[0], Kept(now, more[1]))
            elif what == "delete":
                s3.delete_object(Bucket="data", Key=more[0])
                twin.delete(more[0], now)
            else:
                later = now + timedelta(hours=more[0])
                aws.clock.move_to(later)
                while now.replace(hour=0) + DAY <= later:
                    now = now.replace(hour=0) + DAY
                    twin.midnight(now)
                now = later
        assert shown(s3) == twin.shown()


def shown(s3: Any) -> list[tuple[str, date, bool, str]]:
    listed = s3.list_object_versions(Bucket="data")
    found = [
        (v["Key"], v["LastModified"].date(), False, v["StorageClass"]) for v in listed.get("Versions", [])
    ]
    found += [(m["Key"], m["LastModified"].date(), True, "") for m in listed.get("DeleteMarkers", [])]
    return sorted(found)
