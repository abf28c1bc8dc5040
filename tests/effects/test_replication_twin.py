"""Replication against a simple twin with plain lists: the replicas after any writes, by any two rules, at any time."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mocks3 import mock_s3

from .replicating import configure, role, rule

Copied = tuple[str, str, str]
"""Key, version id and storage class, which is empty for a delete marker."""
CLASSES = ("STANDARD", "STANDARD_IA", "ONEZONE_IA")
"""The storage class of each rule. It shows which rule wrote a replica."""


def naive(rules: list[dict[str, Any]], key: str, tags: dict[str, str], marker: bool) -> dict[str, str]:
    """Return the destinations of a write, and the storage class in each."""
    found = {}
    for destination in ("amzn-one", "amzn-two"):
        best = None
        for each in rules:
            asked = each["Filter"]
            fits = matches(asked, key, tags)
            if marker:
                fits = fits and each["DeleteMarkerReplication"]["Status"] == "Enabled"
            fits = fits and each["Status"] == "Enabled"
            if fits and each["Destination"]["Bucket"].endswith(destination):
                best = each if best is None or each["Priority"] > best["Priority"] else best
        if best is not None:
            found[destination] = "" if marker else best["Destination"]["StorageClass"]
    return found


def matches(asked: dict[str, Any], key: str, tags: dict[str, str]) -> bool:
    """Return whether a filter matches an object: every predicate is true, and none under ``Not``."""
    together = asked.get("And", asked)
    wanted = [together["Tag"]] if "Tag" in together else together.get("Tags", [])
    if not key.startswith(together.get("Prefix", "")) or not all(
        t["Value"] == tags.get(t["Key"]) for t in wanted
    ):
        return False
    unwanted = together.get("Not", {})
    either = [{"Prefix": prefix} for prefix in unwanted.get("Or", {}).get("Prefixes", [])]
    either += [{"Tag": tag} for tag in unwanted.get("Or", {}).get("Tags", [])]
    either += [unwanted] if unwanted and "Or" not in unwanted else []
    return not any(matches(each, key, tags) for each in either)


def tagged(asked: dict[str, Any]) -> bool:
    """Return whether a filter has tags at any place."""
    return any(
        name in ("Tag", "Tags") or (isinstance(each, dict) and tagged(each)) for name, each in asked.items()
    )


switch = st.sampled_from(["Enabled", "Disabled"])
prefixes = st.sampled_from(["a", "ab", "b"])
TAG = {"Key": "t", "Value": "1"}
single = st.one_of(st.fixed_dictionaries({"Prefix": prefixes}), st.just({"Tag": TAG}))
several = st.one_of(
    st.fixed_dictionaries(
        {"Prefixes": st.lists(prefixes, min_size=1, max_size=2)}, optional={"Tags": st.just([TAG])}
    ),
    st.just({"Tags": [TAG]}),
)
excluded = st.fixed_dictionaries({"Not": single | st.fixed_dictionaries({"Or": several})})
both = st.builds(
    lambda one, other: {"And": one | other}, st.fixed_dictionaries({"Prefix": prefixes}), excluded
)
filters = st.one_of(st.just({}), single, excluded, both)


@st.composite
def rule_sets(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = []
    for n in range(draw(st.integers(1, 3))):
        asked = draw(filters)
        markers = "Disabled" if tagged(asked) else draw(switch)
        name = draw(st.sampled_from(["amzn-one", "amzn-two"]))
        made.append(
            rule(
                name,
                n=n,
                Filter=asked,
                Status=draw(switch),
                DeleteMarkerReplication={"Status": markers},
                Destination={"StorageClass": CLASSES[n]},
            )
        )
    return made


steps = st.lists(
    st.tuples(
        st.sampled_from(["put", "tagged", "archive", "delete", "erase"]),
        st.sampled_from(["a", "ab", "b"]),
        st.integers(0, 30),
        st.booleans(),
    ),
    max_size=10,
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50)
@given(rule_sets(), steps)
def test_replicas_are_in_the_expected_buckets(
    rules: list[dict[str, Any]], walk: list[tuple[str, str, int, bool]]
) -> None:
    """Replicas are in the rules' destinations, with the original's date, and the source has the right status."""
    expected: dict[str, list[Copied]] = {"amzn-one": [], "amzn-two": []}
    statuses: dict[str, str | None] = {}
    with mock_s3() as aws:
        for name in ("amzn-src", *expected):
            aws.account().create_bucket(name, versioning=True)
        configure(aws, role(aws), *rules)
        s3 = aws.client()
        for what, key, minutes, paused in walk:
            with ExitStack() as stack:
                if paused:
                    stack.enter_context(aws.replication_paused())
                if what == "erase":
                    erase(s3, key)
                    continue
                marker = what == "delete"
                tags = {"t": "1"} if what == "tagged" else {}
                if marker:
                    done = s3.delete_object(Bucket="amzn-src", Key=key)
                else:
                    kind = "GLACIER" if what == "archive" else "STANDARD"
                    done = s3.put_object(
                        Bucket="amzn-src", Key=key, Tagging="t=1" if tags else "", StorageClass=kind
                    )
                aws.clock.advance(minutes=minutes)
            found = {} if what == "archive" else naive(rules, key, tags, marker)
            for destination, kind in found.items():
                expected[destination].append((key, done["VersionId"], kind))
            if not marker:
                statuses[done["VersionId"]] = "COMPLETED" if found else None
        for name, copies in expected.items():
            assert shown(s3, name) == sorted(copies)
        dates = dated(s3, "amzn-src")
        for name in expected:
            assert {k: v for k, v in dated(s3, name).items() if k in dates}.items() <= dates.items()
        for key, version in dates:
            if version in statuses:
                head = s3.head_object(Bucket="amzn-src", Key=key, VersionId=version)
                assert head.get("ReplicationStatus") == statuses[version]


def dated(s3: Any, bucket: str) -> dict[tuple[str, str], Any]:
    """Return when each version was written."""
    listed = s3.list_object_versions(Bucket=bucket)
    found = (*listed.get("Versions", []), *listed.get("DeleteMarkers", []))
    return {(entry["Key"], entry["VersionId"]): entry["LastModified"] for entry in found}


def erase(s3: Any, key: str) -> None:
    """Delete the newest version of a key permanently. Its replicas remain."""
    listed = s3.list_object_versions(Bucket="amzn-src", Prefix=key)
    for entry in listed.get("Versions", []):
        if entry["IsLatest"] and entry["Key"] == key:
            s3.delete_object(Bucket="amzn-src", Key=key, VersionId=entry["VersionId"])


def shown(s3: Any, bucket: str) -> list[Copied]:
    listed = s3.list_object_versions(Bucket=bucket)
    found = [(v["Key"], v["VersionId"], v["StorageClass"]) for v in listed.get("Versions", [])]
    found += [(m["Key"], m["VersionId"], "") for m in listed.get("DeleteMarkers", [])]
    return sorted(found)
