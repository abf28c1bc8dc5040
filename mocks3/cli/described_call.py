"""A described call: the caller, the action and the policy files, from a folder, from arguments, or from both.

Arguments have precedence over the files of the folder. Only the action (or operation) and the bucket are required.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mocks3.cli.file_errors import FileError
from mocks3.cli.files import json_of
from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import suggestion
from mocks3.policy.reading import locate

LAYOUT = """\
files, bare or as printed by the AWS CLI (get-user-policy, get-policy-version, get-bucket-policy...):
  call.json                  {"Principal": ARN, "Action": "s3:GetObject", "Bucket": "data", "Key": "k", ...}
  identity*.json             identity policies of the principal, any number
  boundary*.json             its permissions boundary        session*.json   session policies
  bucket-policy.json         bucket-acl.json      public-access-block.json      ownership.json
  scp*.json                  service control policies of one level, including FullAWSAccess

call.json may contain Principal, Action or Operation, Bucket, Key, VersionId, Context, Owner (the bucket's account),
CanonicalId (of the principal's account, for ACLs) and Params (of the operation).
"""

FOLDER = {
    "identity": "identity*.json",
    "boundary": "boundary*.json",
    "session": "session*.json",
    "scp": "scp*.json",
    "bucket_policy": "bucket-policy.json",
    "acl": "*acl.json",
    "public_access_block": "public-access-block.json",
    "ownership": "ownership*.json",
}
"""The file names in a folder."""

MEMBERS = (
    "Principal",
    "Action",
    "Operation",
    "Bucket",
    "Key",
    "VersionId",
    "Context",
    "Owner",
    "CanonicalId",
    "Params",
)


@dataclass
class DescribedCall:
    """The input of a command. ``call`` has the members of call.json, ``files`` the paths of each kind of file."""

    call: dict[str, Any] = field(default_factory=dict)
    files: dict[str, list[Path]] = field(default_factory=dict)

    def one(self, kind: str) -> Path | None:
        """Return the only file of a kind, or None. Raise Mocks3Error if there are several."""
        paths = self.files.get(kind, [])
        if len(paths) > 1:
            raise Mocks3Error(f"only one file of this kind is allowed, not {' and '.join(map(str, paths))}")
        return paths[0] if paths else None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that ``why`` and ``can`` share."""
    parser.add_argument("folder", nargs="?", type=Path, help="a folder with the files listed below")
    call = parser.add_argument_group("the call")
    call.add_argument(
        "--principal", metavar="ARN", help='the caller: a user, role, session or root; or "anonymous"'
    )
    call.add_argument("--action", metavar="ACTION", help="the permission, such as s3:GetObject")
    call.add_argument(
        "--operation",
        metavar="NAME",
        help="or the operation, such as GetObject: decide every permission it needs",
    )
    call.add_argument("--bucket", metavar="NAME")
    call.add_argument("--key", metavar="KEY")
    call.add_argument("--owner", metavar="ACCOUNT", help="the bucket's account (default: the principal's)")
    call.add_argument(
        "--context", metavar="KEY=VALUE", action="append", default=[], help="a condition key; can be repeated"
    )
    files = parser.add_argument_group("the files")
    for name, what in (
        ("identity", "identity policy of the principal; can be repeated"),
        ("boundary", "permissions boundary"),
        ("session", "session policy; can be repeated"),
        ("scp", "service control policy; can be repeated"),
    ):
        files.add_argument(f"--{name}", metavar="FILE", type=Path, action="append", default=[], help=what)
    for name in ("bucket-policy", "acl", "public-access-block", "ownership"):
        files.add_argument(f"--{name}", metavar="FILE", type=Path, action="append", default=[])
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def collect(options: argparse.Namespace) -> DescribedCall:
    """Return the call that the arguments and the folder describe.

    Raises:
        FileError: A file cannot be used.
        Mocks3Error: An argument is not valid or is missing.
    """
    described = DescribedCall() if options.folder is None else _from_folder(options.folder)
    for member in ("principal", "action", "operation", "bucket", "key", "owner"):
        given = getattr(options, member)
        if given is not None:
            described.call[member.capitalize()] = given
    if options.action is not None or options.operation is not None:  # the argument replaces the folder's
        described.call.pop("Operation" if options.action is not None else "Action", None)
    for pair in options.context:
        key, equals, value = pair.partition("=")
        if not equals:
            raise Mocks3Error(f"--context must be KEY=VALUE, such as aws:SourceIp=203.0.113.5, not {pair!r}")
        described.call.setdefault("Context", {})[key] = value
    for kind in FOLDER:
        described.files[kind] = getattr(options, kind) or described.files.get(kind, [])
    if ("Action" in described.call) == ("Operation" in described.call):
        raise Mocks3Error("the action is missing: add --action s3:GetObject, or --operation GetObject")
    return described


def _from_folder(folder: Path) -> DescribedCall:
    if not os.path.isdir(folder):
        raise Mocks3Error(f"there is no folder {folder}")
    try:
        return _read_folder(folder)
    except OSError as error:
        raise FileError(folder, f"the folder cannot be read: {error}") from None


def _read_folder(folder: Path) -> DescribedCall:
    files = {kind: sorted(folder.glob(pattern)) for kind, pattern in FOLDER.items()}
    known = {path for paths in files.values() for path in paths} | {folder / "call.json"}
    for path in sorted(folder.glob("*.json")):
        if path not in known:
            names = [pattern.replace("*", "") for pattern in FOLDER.values()]
            raise FileError(path, f"this file name is unknown{suggestion(path.name, [*names, 'call.json'])}")
    call = folder / "call.json"
    return DescribedCall(_call(call) if call.exists() else {}, files)


def _call(path: Path) -> dict[str, Any]:
    text, value = json_of(path)
    if not isinstance(value, Mapping):
        raise FileError(path, "call.json must be a JSON object with the members " + ", ".join(MEMBERS))
    for name, given in value.items():
        kind = dict if name in ("Context", "Params") else str
        if name not in MEMBERS:
            raise FileError(
                path,
                f"call.json has no member {name!r}{suggestion(name, MEMBERS)}",
                *locate(text, f"/{name}"),
            )
        if not isinstance(given, kind):
            what = "an object" if kind is dict else "a string"
            raise FileError(path, f"{name} must be {what}, not {given!r}", *locate(text, f"/{name}"))
    return dict(value)
