"""Write the whole state of an in-memory AWS into a file, and read it.

The file is a ZIP archive. ``state.json`` has the state: ``format`` and ``version`` say how to read it, the other
members are described in ``docs/server.md``. ``bodies/N`` are the bodies of objects, parts and annotations. A body in
several places is stored once. Calls, decisions and events of the past are not part of the state.

Rule: a file is complete or does not exist: it is written under another name first.
"""

from __future__ import annotations

import errno
import functools
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from mocks3.errors import Mocks3Error
from mocks3.handles.aws_state import AwsState
from mocks3.handles.saved_values import decode, encode
from mocks3.storage import Bucket, Upload
from mocks3.storage.blob import Blob
from mocks3.storage.iam.principal_store import IamMark
from mocks3.storage.iam.principal_table import PrincipalTable
from mocks3.storage.kms.key_store import KeyStoreMark

FORMAT = "mocks3 state"
VERSION = 1
_STATE = "state.json"
_PIECE = 1 << 20

SETTINGS = (
    "acl", "customer_managed_key", "location_constraint", "metadata_tables", "mfa_delete", "ownership", "policy",
    "policy_principals", "public_access_block", "rename_tokens", "versioning",
)  # fmt: skip
"""The settings of a bucket that may change after its creation."""
CREATION = ("name", "owner", "region", "created", "zone")
UPLOAD = (
    "id", "draft", "initiator", "initiated", "sequence", "checksum_algorithm", "requested_encryption",
    "requested_kms_key",
)  # fmt: skip
EFFECTS = ("applied_until", "unreplicated", "restoring", "destinations", "lines")


class SavedAws(AwsState, Protocol):
    """The methods of ``MockAWS`` that saving needs."""

    def snapshot(self) -> Any: ...

    def restore(self, mark: Any) -> None: ...


def save(aws: SavedAws, file: Path) -> None:
    """Write the state of an in-memory AWS. The caller holds its lock.

    Raises:
        NotSupported: The state contains Python code, such as the function of an Object Lambda access point.
        OSError: The file cannot be written.
    """
    if file.exists() and not file.is_file():  # a device would be replaced
        raise OSError(errno.EINVAL, "not a file", str(file))
    temporary = file.with_name(f"{file.name}.new")
    try:
        with zipfile.ZipFile(temporary, "w") as archive:
            bodies = _Bodies(archive)
            state = {"format": FORMAT, "version": VERSION, **encode(_state(aws), bodies.number)}
            archive.writestr(_STATE, json.dumps(state, indent=1, ensure_ascii=False), zipfile.ZIP_DEFLATED)
        os.replace(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)


class _Bodies:
    """The bodies of an archive that is being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._numbers: dict[int, int] = {}
        self._blobs: list[Blob] = []

    def number(self, blob: Blob) -> int:
        """Store a body, unless it is stored already, and return its number."""
        found = self._numbers.get(id(blob))
        if found is None:
            self._blobs.append(blob)  # so that its id is not used again
            found = self._numbers[id(blob)] = len(self._blobs)
            with self._archive.open(f"bodies/{found}", "w", force_zip64=True) as entry:
                for piece in blob.chunks():
                    entry.write(piece)
        return found


def _state(aws: SavedAws) -> dict[str, Any]:
    mark = aws.snapshot()
    if mark.store.object_lambdas:
        encode(next(iter(mark.store.object_lambdas.values())).function, lambda _: 0)  # raises NotSupported
    iam, kms = mark.iam, mark.kms
    points = {name: point for name, point in mark.store.access_points.items() if name == point.arn}
    return {
        "settings": {"account": aws.settings.account, "region": aws.settings.region},
        "clock": mark.shift,
        "iam": {**iam._asdict(), "principals": list(iam.principals), "serial": aws.iam.serial},
        "kms": {**kms._asdict(), "serial": aws.kms.serial},
        "guardrails": mark.guardrails,
        "effects": {name: getattr(mark.effects, name) for name in EFFECTS},
        "sequence": aws.store.next_sequence(),
        "buckets": [_bucket(each) for each in mark.store.buckets.values()],
        "access_points": list(points.values()),
        "control": mark.store.control,
    }


def _bucket(bucket: Bucket) -> dict[str, Any]:
    return {
        **{name: getattr(bucket, name) for name in (*CREATION, *SETTINGS)},
        "configurations": bucket.configurations,
        "versions": list(bucket.oldest_first()),
        "uploads": [_upload(each) for each in bucket.uploads.values()],
        "ended_uploads": list(bucket.ended_uploads.values()),
    }


def _upload(upload: Upload) -> dict[str, Any]:
    made = {name: getattr(upload, name) for name in UPLOAD}
    return {**made, "conflicted": upload.conflicted, "parts": list(upload.parts.values())}


def load(aws: SavedAws, file: Path) -> None:
    """Replace the state of an in-memory AWS with the state in a file. The caller holds its lock.

    Raises:
        Mocks3Error: The file does not exist, is not a saved AWS, or has another version or other settings.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            document = _document(archive, file)
            state = decode(document, functools.cache(lambda number: _body(aws, archive, number)))
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise Mocks3Error(f"{file} is not a saved AWS: {error}") from error
    saved = state["settings"]["account"]
    if saved != aws.settings.account:
        raise Mocks3Error(f"{file} was saved with the account {saved}, not {aws.settings.account}")
    _restore(aws, state)


def _document(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    found = json.loads(archive.read(_STATE))
    if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
        raise Mocks3Error(f"{file} is not a saved AWS: {_STATE} has no format {FORMAT!r}")
    version = found.pop("version", None)
    if version != VERSION:
        raise Mocks3Error(f"{file} has version {version}; this mocks3 reads version {VERSION}")
    return found


def _body(aws: SavedAws, archive: zipfile.ZipFile, number: int) -> Blob:
    with archive.open(f"bodies/{number}") as entry:
        return aws.store.blob(iter(lambda: entry.read(_PIECE), b""))


def _restore(aws: SavedAws, state: dict[str, Any]) -> None:
    iam, kms = state["iam"], state["kms"]
    aws.iam.serial = max(aws.iam.serial, iam.pop("serial"))
    aws.kms.serial = max(aws.kms.serial, kms.pop("serial"))
    empty = aws.snapshot()
    store = empty.store.emptied(MappingProxyType(state["control"]))
    principals = PrincipalTable()
    for record in iam.pop("principals"):
        principals.put(record)
    aws.restore(
        empty._replace(
            store=store,
            iam=IamMark(principals=principals, **iam),
            kms=KeyStoreMark(**kms),
            guardrails=state["guardrails"],
            shift=state["clock"],
            effects=empty.effects._replace(**state["effects"]),
        )
    )
    aws.store.continue_after(state["sequence"])
    for each in state["buckets"]:
        _build_bucket(aws, each)
    for point in state["access_points"]:
        aws.store.put_access_point(point)


def _build_bucket(aws: SavedAws, state: dict[str, Any]) -> None:
    aws.store.create_bucket(**{name: state[name] for name in CREATION})
    with aws.store.editing(state["name"]) as bucket:
        for name in SETTINGS:
            setattr(bucket, name, state[name])
        bucket.configurations.update(state["configurations"])
        bucket.adopt(state["versions"], _uploads(state["uploads"], bucket.edit), state["ended_uploads"])


def _uploads(found: list[dict[str, Any]], edit: object) -> Iterator[Upload]:
    for each in found:
        upload = Upload(edit, **{name: each[name] for name in UPLOAD})
        upload.conflicted = each["conflicted"]
        for part in each["parts"]:
            upload.put(part)
        yield upload


__all__ = ["FORMAT", "VERSION", "load", "save"]
