"""Versioning through a client, against a twin that keeps plain lists: any sequence of writes, deletes and copies.

After each step the twin says what every read and every listing must answer.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from mocks3 import mock_s3

from .answers import refusal

BUCKET = "amzn-data"
keys = st.sampled_from(["a", "a/b", "b"])
Known = tuple[str, str]
Line = list[tuple[str, bytes | None]]


class Twin:
    """For each key its versions, newest first, as (id, body); None instead of a body is a delete marker."""

    def __init__(self) -> None:
        self.versioning: str | None = None
        self.lines: dict[str, Line] = {}

    def write(self, key: str, version_id: str, body: bytes | None) -> None:
        self.lines[key] = [(version_id, body), *self.without(key, version_id)]

    def without(self, key: str, version_id: str) -> Line:
        return [entry for entry in self.lines.get(key, []) if entry[0] != version_id]

    def find(self, key: str, version_id: str) -> tuple[bool, bytes | None]:
        found = dict(self.lines.get(key, []))
        return version_id in found, found.get(version_id)

    def current(self, key: str) -> bytes | None:
        line = self.lines.get(key)
        return line[0][1] if line else None

    def listed(self) -> list[tuple[str, str, bool, bool]]:
        """Every version in S3's order: key, id, whether it is the latest, whether it is a marker."""
        return [
            (key, version_id, place == 0, body is None)
            for key in sorted(self.lines)
            for place, (version_id, body) in enumerate(self.lines[key])
        ]


class Versions(RuleBasedStateMachine):
    """The client and the twin side by side."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.mock = mock_s3()
        self.s3 = self.mock.start().client("s3")
        self.s3.create_bucket(Bucket=BUCKET)
        self.twin = Twin()
        self.count = 0

    def teardown(self) -> None:
        self.mock.stop()

    def wrote(self, key: str, answer: dict[str, Any], body: bytes | None) -> Known:
        """The id under which something was written: shown as the versioning says."""
        shown = answer.get("VersionId")
        if self.twin.versioning == "Enabled":
            assert shown not in (None, "null")
        else:
            assert shown in (None, "null")
        self.twin.write(key, shown or "null", body)
        return key, shown or "null"

    @rule(status=st.sampled_from(["Enabled", "Suspended"]))
    def set_versioning(self, status: str) -> None:
        self.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": status})
        self.twin.versioning = status

    @rule(key=keys, target=ids)
    def put(self, key: str) -> Known:
        self.count += 1
        body = str(self.count).encode()
        return self.wrote(key, self.s3.put_object(Bucket=BUCKET, Key=key, Body=body), body)

    @rule(key=keys, target=ids)
    def delete(self, key: str) -> object:
        answer = self.s3.delete_object(Bucket=BUCKET, Key=key)
        if self.twin.versioning is None:
            assert {"DeleteMarker", "VersionId"}.isdisjoint(answer)
            self.twin.lines[key] = []
            return multiple()
        assert answer["DeleteMarker"] is True
        return self.wrote(key, answer, None)

    @rule(known=consumes(ids), together=st.booleans())
    def delete_version(self, known: Known, together: bool) -> None:
        key, version_id = known
        there, body = self.twin.find(key, version_id)
        marker = there and body is None
        if together:
            entry = {"Key": key, "VersionId": version_id}
            (said,) = self.s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [entry]})["Deleted"]
            assert said.get("DeleteMarkerVersionId") == (version_id if marker else None)
        else:
            said = self.s3.delete_object(Bucket=BUCKET, Key=key, VersionId=version_id)
        assert said["VersionId"] == version_id
        assert said.get("DeleteMarker", False) == marker
        self.twin.lines[key] = self.twin.without(key, version_id)

    @rule(known=ids, key=keys, target=ids)
    def copy_version(self, known: Known, key: str) -> object:
        source = {"Bucket": BUCKET, "Key": known[0], "VersionId": known[1]}
        there, body = self.twin.find(*known)
        params = {"Bucket": BUCKET, "Key": key, "CopySource": source, "MetadataDirective": "REPLACE"}
        if body is None:
            expected = "InvalidRequest" if there else "NoSuchVersion"
            assert refusal(self.s3.copy_object, **params)["Code"] == expected
            return multiple()
        answer = self.s3.copy_object(**params)
        assert answer.get("CopySourceVersionId") == (None if known[1] == "null" else known[1])
        return self.wrote(key, answer, body)

    @rule(known=ids)
    def read_version(self, known: Known) -> None:
        there, body = self.twin.find(*known)
        named = {"Bucket": BUCKET, "Key": known[0], "VersionId": known[1]}
        if body is not None:
            found = self.s3.get_object(**named)
            assert found["Body"].read() == body
            assert found.get("VersionId") == (known[1] if self.twin.versioning else None)
            return
        expected = "MethodNotAllowed" if there else "NoSuchVersion"
        assert refusal(self.s3.get_object, **named)["Code"] == expected

    @invariant()
    def every_key_reads_as_its_newest_version(self) -> None:
        for key in self.twin.lines:
            body = self.twin.current(key)
            if body is not None:
                assert self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == body
            else:
                assert refusal(self.s3.get_object, Bucket=BUCKET, Key=key)["Code"] == "NoSuchKey"
        found = [each["Key"] for each in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
        assert found == [key for key in sorted(self.twin.lines) if self.twin.current(key) is not None]

    @rule(size=st.integers(1, 4))
    def list_versions(self, size: int) -> None:
        pages = self.s3.get_paginator("list_object_versions").paginate(
            Bucket=BUCKET, PaginationConfig={"PageSize": size}
        )
        found: list[tuple[str, str, bool, bool]] = []
        for page in pages:
            both = [(each, False) for each in page.get("Versions", [])]
            both += [(each, True) for each in page.get("DeleteMarkers", [])]
            assert len(both) <= size
            found += [(one["Key"], one["VersionId"], one["IsLatest"], marker) for one, marker in both]
        assert sorted(found) == sorted(self.twin.listed())

    @rule(known=ids)
    def list_versions_after(self, known: Known) -> None:
        listed = self.twin.listed()
        places = [place for place, entry in enumerate(listed) if entry[:2] == known]
        if places:
            page = self.s3.list_object_versions(Bucket=BUCKET, KeyMarker=known[0], VersionIdMarker=known[1])
            found = [each["VersionId"] for each in page.get("Versions", [])]
            expected = [entry[1] for entry in listed[places[0] + 1 :] if not entry[3]]
            assert found == expected


TestVersions = Versions.TestCase
TestVersions.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
