"""What a command was asked: the caller, the call, and the files, from a folder, from arguments, or from both.

Arguments have precedence over ``call.json``. Files of a case that have a role by their name, such as ``identity.json``,
belong to the caller; all other files are loaded by their content (:mod:`mocks3.load`).
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mocks3.cli.file_errors import FileError
from mocks3.cli.files import json_of
from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import suggestion
from mocks3.policy.reading import locate

LAYOUT = """\
files and folders: what the AWS CLI prints, CloudFormation, SAM, CDK and Terraform (docs/load.md). In a folder, these
names have a meaning of their own; their policies are bare, or as the AWS CLI prints them:
  call.json            {"Principal": ARN, "Operation": "GetObject", "Bucket": "data", "Key": "k", ...}
  identity*.json       identity policies of the caller        boundary*.json    its permissions boundary
  session*.json        session policies                       vpc-endpoint*.json   policy of the VPC endpoint
  bucket-policy*.json  bucket policies
  scp*.json, rcp*.json policies of one level of the organization, including FullAWSAccess

call.json may contain Principal, Call or Operation or Action, Bucket, Key, VersionId, Params (of the operation), Context
(condition keys), Owner (the bucket's account) and CanonicalId (of the caller's account, for ACLs).
"""

ROLES = {
    "identity": "identity*.json",
    "boundary": "boundary*.json",
    "session": "session*.json",
    "scp": "scp*.json",
    "rcp": "rcp*.json",
    "vpc_endpoint": "vpc-endpoint*.json",
    "bucket_policy": "bucket-policy*.json",
}
"""Files that say by their name what their policy is."""

LOADED = ("acl", "public_access_block", "ownership")
"""Options for files that are loaded by their content."""

MEMBERS = (
    "Principal",
    "Call",
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
_CALLS = ("Call", "Action", "Operation")


@dataclass
class DescribedCall:
    """What a command was asked.

    Attributes:
        members: The members of ``call.json``.
        roles: The files of each kind of :data:`ROLES`.
        sources: The files that are loaded by their content.
        words: The words of a command of the AWS CLI, after ``--``.
        values: Parameters of templates.
        names: The resources of files that do not say which they are about, by kind (``mocks3.load.world``).
    """

    members: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, list[Path]] = field(default_factory=dict)
    sources: list[Path] = field(default_factory=list)
    words: Sequence[str] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def one(self, role: str) -> Path | None:
        """Return the only file of a kind, or None. Raise Mocks3Error if there are several."""
        paths = self.roles.get(role, [])
        if len(paths) > 1:
            raise Mocks3Error(f"only one file of this kind is allowed, not {' and '.join(map(str, paths))}")
        return paths[0] if paths else None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that ``why`` and ``can`` share."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="files and folders, see below")
    call = parser.add_argument_group("the call")
    call.add_argument(
        "--as",
        "--principal",
        dest="principal",
        metavar="WHO",
        help="the caller: an ARN, [ACCOUNT:]user/NAME, [ACCOUNT:]role/NAME, an account id, a service, anonymous",
    )
    call.add_argument(
        "--call", metavar="CALL", help="""the call, such as 'GetObject(Bucket="data", Key="k")'"""
    )
    call.add_argument("--operation", metavar="NAME", help="or its operation, such as GetObject")
    call.add_argument(
        "--action", metavar="ACTION", help="or a permission that it needs, such as s3:GetObject"
    )
    call.add_argument("--bucket", metavar="NAME")
    call.add_argument("--key", metavar="KEY")
    call.add_argument("--owner", metavar="ACCOUNT", help="the account of files that name none")
    call.add_argument(
        "--context", metavar="KEY=VALUE", action="append", default=[], help="a condition key; can be repeated"
    )
    _add_files(parser.add_argument_group("files with a meaning of their own"))
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def _add_files(files: argparse._ArgumentGroup) -> None:
    for name, what in (
        ("identity", "identity policy of the caller; can be repeated"),
        ("boundary", "permissions boundary"),
        ("session", "session policy; can be repeated"),
        ("scp", "service control policy; can be repeated"),
        ("rcp", "resource control policy; can be repeated"),
        ("vpc-endpoint", "policy of the VPC endpoint"),
        ("bucket-policy", "bucket policy"),
    ):
        files.add_argument(f"--{name}", metavar="FILE", type=Path, action="append", default=[], help=what)
    for name in LOADED:
        option = f"--{name.replace('_', '-')}"
        files.add_argument(option, metavar="FILE", type=Path, action="append", default=[])
    files.add_argument(
        "--name",
        metavar="KIND=NAME",
        action="append",
        default=[],
        help="the bucket, key, user, role, group, policy, kms_key... of files that do not name theirs",
    )
    files.add_argument(
        "--value", metavar="NAME=VALUE", action="append", default=[], help="a parameter of a template"
    )


def collect(options: argparse.Namespace) -> DescribedCall:
    """Return what the arguments and the folders ask.

    Raises:
        FileError: A file cannot be used.
        Mocks3Error: An argument is not valid or is missing.
    """
    described = DescribedCall(words=getattr(options, "words", ()))
    for path in options.files:
        _add_path(described, path)
    for member in ("principal", "call", "action", "operation", "bucket", "key", "owner"):
        given = getattr(options, member)
        if given is not None:
            described.members[member.capitalize()] = given
    named = [each for each in _CALLS if getattr(options, each.lower()) is not None]
    if named or described.words:  # an argument replaces the call of the folder
        for each in _CALLS:
            if each not in named:
                described.members.pop(each, None)
    context = _pairs("--context", options.context, "aws:SourceIp=203.0.113.5")
    if context:
        described.members["Context"] = {**described.members.get("Context", {}), **context}
    described.values = _pairs("--value", options.value, "BucketName=data")
    described.names = _pairs("--name", options.name, "bucket=data")
    for role in ROLES:
        described.roles[role] = getattr(options, role) or described.roles.get(role, [])
    for name in LOADED:
        described.sources += getattr(options, name)
    _check_one_call(described)
    return described


def _pairs(option: str, given: Sequence[str], example: str) -> dict[str, str]:
    found = {}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals:
            form = {"--context": "KEY=VALUE", "--name": "KIND=NAME"}.get(option, "NAME=VALUE")
            raise Mocks3Error(f"{option} must be {form}, such as {example}, not {pair!r}")
        found[key] = value
    return found


def _check_one_call(described: DescribedCall) -> None:
    given = [each for each in _CALLS if each in described.members]
    if len(given) + bool(described.words) != 1:
        asked = " and ".join(
            [f"--{each.lower()}" for each in given] + ["a command of the AWS CLI"] * bool(described.words)
        )
        if asked:
            raise Mocks3Error(f"give one call, not {asked}")
        raise Mocks3Error(
            "the action is missing: add --action s3:GetObject, --operation GetObject, "
            """--call 'GetObject(Bucket="data", Key="k")', or a command of the AWS CLI: -- aws s3 cp s3://data/k ."""
        )


def _add_path(described: DescribedCall, path: Path) -> None:
    try:
        is_folder = os.path.isdir(path)
        if is_folder:
            _add_folder(described, path)
    except OSError as error:
        raise FileError(path, f"the folder cannot be read: {error}") from None
    if not is_folder:
        if not path.suffix:
            _check_exists(path)
        described.sources.append(path)


def _check_exists(path: Path) -> None:
    try:
        exists = path.exists()
    except (OSError, ValueError):
        exists = False
    if not exists:
        raise Mocks3Error(f"there is no folder {path}")


def _add_folder(described: DescribedCall, folder: Path) -> None:
    """Add the files of a folder: those with a role by their name, the call, and the others or the whole folder."""
    own: set[Path] = set()
    for role, pattern in ROLES.items():
        paths = sorted(folder.glob(pattern))
        described.roles.setdefault(role, []).extend(paths)
        own |= set(paths)
    call = folder / "call.json"
    if call.exists():
        described.members |= _call(call)
        own.add(call)
    if own:
        described.sources += [
            each for each in sorted(folder.iterdir()) if each not in own and _is_loaded(each)
        ]
    else:
        described.sources.append(folder)


def _is_loaded(path: Path) -> bool:
    from mocks3.load.sources import SUFFIXES

    return (path.is_file() and path.name.lower().endswith(SUFFIXES)) or (
        path.is_dir() and not path.name.startswith(".")
    )


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
