"""A case: who asks for what, and the files that decide. From a folder, from arguments, or from both.

Arguments go before what the folder holds. Everything is optional but the action (or operation) and the bucket.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mocks3.cli.faults import FileError
from mocks3.cli.files import json_of
from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import suggestion
from mocks3.policy.reading import locate

LAYOUT = """\
files, bare or as the AWS CLI prints them (get-user-policy, get-policy-version, get-bucket-policy...):
  call.json                  {"Principal": ARN, "Action": "s3:GetObject", "Bucket": "data", "Key": "k", ...}
  identity*.json             identity policies of the principal, any number
  boundary*.json             its permissions boundary        session*.json   session policies
  bucket-policy.json         bucket-acl.json      public-access-block.json      ownership.json
  scp*.json                  service control policies of one level, FullAWSAccess too

call.json may hold Principal, Action or Operation, Bucket, Key, VersionId, Context, Owner (the bucket's account),
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
"""What the files of a folder are called."""

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
    """What was given. ``call`` has the members of call.json, ``files`` the paths by their kind."""

    call: dict[str, Any] = field(default_factory=dict)
    files: dict[str, list[Path]] = field(default_factory=dict)

    def one(self, kind: str) -> Path | None:
        """The only file of a kind. Raises :class:`Mocks3Error` when there are several."""
        paths = self.files.get(kind, [])
        if len(paths) > 1:
            raise Mocks3Error(f"one file of a kind is enough: {' and '.join(map(str, paths))}")
        return paths[0] if paths else None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``why`` and ``can`` take."""
    parser.add_argument("folder", nargs="?", type=Path, help="a folder with files named as below")
    call = parser.add_argument_group("the call")
    call.add_argument(
        "--principal", metavar="ARN", help='who asks: a user, role, session or root; or "anonymous"'
    )
    call.add_argument("--action", metavar="ACTION", help="the permission, as s3:GetObject")
    call.add_argument(
        "--operation", metavar="NAME", help="or the call, as GetObject: every permission it needs"
    )
    call.add_argument("--bucket", metavar="NAME")
    call.add_argument("--key", metavar="KEY")
    call.add_argument("--owner", metavar="ACCOUNT", help="the bucket's account (the principal's)")
    call.add_argument(
        "--context", metavar="KEY=VALUE", action="append", default=[], help="a condition key; several times"
    )
    files = parser.add_argument_group("the files")
    for name, what in (
        ("identity", "identity policy of the principal; several times"),
        ("boundary", "permissions boundary"),
        ("session", "session policy; several times"),
        ("scp", "service control policy; several times"),
    ):
        files.add_argument(f"--{name}", metavar="FILE", type=Path, action="append", default=[], help=what)
    for name in ("bucket-policy", "acl", "public-access-block", "ownership"):
        files.add_argument(f"--{name}", metavar="FILE", type=Path, action="append", default=[])
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def collect(options: argparse.Namespace) -> DescribedCall:
    """The case that the arguments describe. Raises :class:`FileFault`, and :class:`Mocks3Error`."""
    case = DescribedCall() if options.folder is None else _from_folder(options.folder)
    for member in ("principal", "action", "operation", "bucket", "key", "owner"):
        given = getattr(options, member)
        if given is not None:
            case.call[member.capitalize()] = given
    if options.action is not None or options.operation is not None:  # one replaces the folder's other
        case.call.pop("Operation" if options.action is not None else "Action", None)
    for pair in options.context:
        key, equals, value = pair.partition("=")
        if not equals:
            raise Mocks3Error(f"--context is KEY=VALUE, as aws:SourceIp=203.0.113.5, not {pair!r}")
        case.call.setdefault("Context", {})[key] = value
    for kind in FOLDER:
        case.files[kind] = getattr(options, kind) or case.files.get(kind, [])
    if ("Action" in case.call) == ("Operation" in case.call):
        raise Mocks3Error("say what is asked for: --action s3:GetObject, or --operation GetObject")
    return case


def _from_folder(folder: Path) -> DescribedCall:
    if not os.path.isdir(folder):
        raise Mocks3Error(f"there is no folder {folder}")
    try:
        return _case_in(folder)
    except OSError as error:
        raise FileError(folder, f"the folder cannot be read: {error}") from None


def _case_in(folder: Path) -> DescribedCall:
    files = {kind: sorted(folder.glob(pattern)) for kind, pattern in FOLDER.items()}
    known = {path for paths in files.values() for path in paths} | {folder / "call.json"}
    for path in sorted(folder.glob("*.json")):
        if path not in known:
            names = [pattern.replace("*", "") for pattern in FOLDER.values()]
            raise FileError(
                path, f"no file of a case has this name{suggestion(path.name, [*names, 'call.json'])}"
            )
    call = folder / "call.json"
    return DescribedCall(_call(call) if call.exists() else {}, files)


def _call(path: Path) -> dict[str, Any]:
    text, value = json_of(path)
    if not isinstance(value, Mapping):
        raise FileError(path, "a call is an object with the members " + ", ".join(MEMBERS))
    for name, given in value.items():
        kind = dict if name in ("Context", "Params") else str
        if name not in MEMBERS:
            raise FileError(
                path, f"a call has no {name!r}{suggestion(name, MEMBERS)}", *locate(text, f"/{name}")
            )
        if not isinstance(given, kind):
            what = "an object" if kind is dict else "text"
            raise FileError(path, f"{name} is {what}, not {given!r}", *locate(text, f"/{name}"))
    return dict(value)
