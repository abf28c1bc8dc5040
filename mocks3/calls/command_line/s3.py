"""Commands ``aws s3 ...``: the calls that each makes.

Source: AWS CLI Command Reference, "s3"; AWS CLI user guide, "Using high-level (s3) commands". ``cp`` and ``mv`` send a
file of 8 MB or more as a multipart upload (AWS CLI S3 configuration, ``multipart_threshold``).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mocks3.calls.assumptions import Assumptions
from mocks3.calls.command_line.command import Command
from mocks3.calls.command_line.parsing import Parser
from mocks3.calls.service_call import ServiceCall
from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import suggestion

MULTIPART = 8 * 1024 * 1024
"""The size in bytes from which files are sent in parts."""

WRITE_OPTIONS = {
    "--acl": "ACL",
    "--storage-class": "StorageClass",
    "--website-redirect": "WebsiteRedirectLocation",
    "--content-type": "ContentType",
    "--cache-control": "CacheControl",
    "--content-disposition": "ContentDisposition",
    "--content-encoding": "ContentEncoding",
    "--content-language": "ContentLanguage",
    "--expires": "Expires",
    "--sse-kms-key-id": "SSEKMSKeyId",
    "--checksum-algorithm": "ChecksumAlgorithm",
}
"""Options of a write, with the parameters that they set."""

_FLAGS = (
    "--dryrun", "--quiet", "--only-show-errors", "--no-progress", "--progress", "--recursive", "--delete", "--force",
    "--follow-symlinks", "--no-follow-symlinks", "--no-guess-mime-type", "--guess-mime-type", "--size-only",
    "--exact-timestamps", "--force-glacier-transfer", "--ignore-glacier-warnings", "--human-readable", "--summarize",
    "--no-overwrite",
)  # fmt: skip
_VALUES = (
    "--exclude", "--include", "--metadata-directive", "--copy-props", "--source-region", "--page-size",
    "--expected-size",
    "--expires-in", "--checksum-mode", "--progress-frequency", "--progress-multiline", "--index-document",
    "--error-document", "--bucket-name-prefix", "--bucket-region", "--sse-c-key", "--sse-c-copy-source-key", "--tags",
)  # fmt: skip


class Location(str):
    """A path of the command: ``s3://BUCKET/KEY`` or a local file."""

    @property
    def is_s3(self) -> bool:
        """Whether it is in S3."""
        return self.startswith("s3://")

    @property
    def bucket(self) -> str:
        """The bucket, or the ARN of an access point."""
        return self._split()[0]

    @property
    def key(self) -> str:
        """The key or prefix, which may be empty."""
        return self._split()[1]

    def _split(self) -> tuple[str, str]:
        path = self.removeprefix("s3://")
        if path.startswith("arn:"):
            head, _, rest = path.partition("/")
            name, _, key = rest.partition("/")
            return f"{head}/{name}", key
        bucket, _, key = path.partition("/")
        return bucket, key


def read_s3_command(words: list[str]) -> Command:
    """Return the calls of a command.

    Raises:
        Mocks3Error: There is no such command or option, or a path is missing.
    """
    name = words[0] if words else ""
    if name not in COMMANDS:
        raise Mocks3Error(f"aws s3 has no command {name!r}{suggestion(name, COMMANDS)}")
    least, most, calls = COMMANDS[name]
    options = _parser(name).read(words[1:])
    paths = [Location(path) for path in options.paths]
    if not least <= len(paths) <= most:
        number = str(least) if least == most else f"{least} to {most}"
        raise Mocks3Error(f"aws s3 {name} takes {number} paths, not {len(paths)}")
    plan = _CommandPlan(name, options)
    made = tuple(_with_payer(call, options) for call in calls(plan, *paths))
    for call in made:
        call.check()
    keys = {"s3:authType": "REST-QUERY-STRING"} if name == "presign" else {}
    assumptions = Assumptions(upload_parameters=plan.upload_parameters)
    return Command(made, options.no_sign_request, options.region, assumptions, keys, tuple(plan.notes))


def _parser(name: str) -> Parser:
    parser = Parser(f"s3 {name}")
    parser.add_argument("paths", nargs="*")
    for flag in _FLAGS:
        parser.add_argument(flag, action="store_true")
    for option in (*WRITE_OPTIONS, *_VALUES):
        parser.add_argument(option, action="append" if option in ("--exclude", "--include") else "store")
    parser.add_argument("--sse", nargs="?", const="AES256")
    parser.add_argument("--sse-c", nargs="?", const="AES256")
    parser.add_argument("--sse-c-copy-source", nargs="?", const="AES256")
    parser.add_argument("--request-payer", nargs="?", const="requester")
    parser.add_argument("--grants", nargs="+", default=[])
    parser.add_argument("--metadata", nargs="+", default=[])
    return parser


def _with_payer(call: ServiceCall, options: argparse.Namespace) -> ServiceCall:
    if options.request_payer and "RequestPayer" in call.members:
        return call.with_parameters(RequestPayer=options.request_payer)
    return call


class _CommandPlan:
    """The calls of one command."""

    def __init__(self, name: str, options: argparse.Namespace) -> None:
        self.name, self.options = name, options
        self.notes: list[str] = []
        self.upload_parameters: dict[str, str] = {}

    def transfer(self, source: Location, target: Location) -> Iterator[ServiceCall]:
        """Yield the calls of cp, mv and sync."""
        if not source.is_s3 and not target.is_s3:
            raise Mocks3Error(f"aws s3 {self.name}: one path must begin with s3://")
        many = self.options.recursive or self.name == "sync"
        if many:
            yield from (
                self._list(each) for each in (source, target) if each.is_s3 and self._lists(each, source)
            )
            source, target = self._example(source, target)
        elif source.is_s3:
            yield _call("HeadObject", source, **self._customer_key("--sse-c-copy-source"))
        target = self._named(source, target)
        if not source.is_s3:
            yield from self._upload(Path(source), target)
        elif not target.is_s3:
            yield _call("GetObject", source, **self._customer_key("--sse-c"))
        else:
            yield self._copy(source, target)
        if self.name == "mv" and source.is_s3:
            yield _call("DeleteObject", source)
        if self.name == "sync" and self.options.delete and target.is_s3:
            yield _call("DeleteObject", target)

    def listing(self, path: Location = Location("")) -> Iterator[ServiceCall]:  # noqa: B008 - a str
        """Yield the calls of ls."""
        if path.removeprefix("s3://"):
            whole = self.options.recursive
            yield self._list(Location(path if path.is_s3 else f"s3://{path}"), "" if whole else "/")
        else:
            yield ServiceCall("s3", "ListBuckets")

    def remove(self, path: Location) -> Iterator[ServiceCall]:
        """Yield the calls of rm."""
        path = _in_s3(path)
        if self.options.recursive:
            yield self._list(path)
            path = self._object_in(path)
        yield _call("DeleteObject", path)

    def make_bucket(self, path: Location) -> Iterator[ServiceCall]:
        """Yield the call of mb. In other Regions than us-east-1 it names the Region."""
        region = self.options.region
        settings: dict[str, Any] = (
            {"CreateBucketConfiguration": {"LocationConstraint": region}}
            if region and region != "us-east-1"
            else {}
        )
        yield ServiceCall("s3", "CreateBucket", {"Bucket": _in_s3(path).bucket, **settings})

    def remove_bucket(self, path: Location) -> Iterator[ServiceCall]:
        """Yield the calls of rb. With ``--force``, it deletes the objects first."""
        path = _in_s3(path)
        if self.options.force:
            yield self._list(path)
            yield _call("DeleteObject", self._object_in(path))
        yield ServiceCall("s3", "DeleteBucket", {"Bucket": path.bucket})

    def presign(self, path: Location) -> Iterator[ServiceCall]:
        """Yield the call of the URL that presign prints."""
        self.notes.append("presign itself makes no call; this is the call of the URL that it prints")
        yield _call("GetObject", _in_s3(path))

    def website(self, path: Location) -> Iterator[ServiceCall]:
        """Yield the call of website."""
        document: dict[str, Any] = {}
        if self.options.index_document:
            document["IndexDocument"] = {"Suffix": self.options.index_document}
        if self.options.error_document:
            document["ErrorDocument"] = {"Key": self.options.error_document}
        parameters = {"Bucket": _in_s3(path).bucket, "WebsiteConfiguration": document}
        yield ServiceCall("s3", "PutBucketWebsite", parameters)

    def _lists(self, path: Location, source: Location) -> bool:
        """Whether the command lists a path: cp and mv list the source only."""
        return path is source or self.name == "sync"

    def _list(self, path: Location, delimiter: str = "") -> ServiceCall:
        more = {"Delimiter": delimiter} if delimiter else {}
        return ServiceCall("s3", "ListObjectsV2", {"Bucket": path.bucket, "Prefix": path.key, **more})

    def _object_in(self, path: Location) -> Location:
        """Return an object that stands for all under a prefix."""
        prefix = path.key if not path.key or path.key.endswith("/") else f"{path.key}/"
        self.notes.append(
            f"the key {prefix}object stands for every object under s3://{path.bucket}/{path.key}"
        )
        return Location(f"s3://{path.bucket}/{prefix}object")

    def _example(self, source: Location, target: Location) -> tuple[Location, Location]:
        """Return one object of a source with many objects, and its target."""
        if source.is_s3:
            found = self._object_in(source)
            return found, Location(f"{target.rstrip('/')}/object")
        files = (
            sorted(each for each in Path(source).rglob("*") if each.is_file())
            if Path(source).is_dir()
            else []
        )
        inner = files[0].relative_to(source).as_posix() if files else "object"
        self.notes.append(f"the file {inner} stands for every file in {source}")
        return Location(f"{source.rstrip('/')}/{inner}"), Location(f"{target.rstrip('/')}/{inner}")

    def _named(self, source: Location, target: Location) -> Location:
        """Return the target with the name of the source, if it names only a bucket or a folder."""
        if target.is_s3 and (not target.key or target.key.endswith("/")):
            return Location(f"{target.rstrip('/')}/{source.rstrip('/').rpartition('/')[2]}")
        return target

    def _upload(self, file: Path, target: Location) -> Iterator[ServiceCall]:
        write = self._write_parameters()
        expected = int(self.options.expected_size) if str(self.options.expected_size).isdigit() else 0
        size = file.stat().st_size if file.is_file() else expected
        if size < MULTIPART:
            if not file.is_file() and str(file) != "-":
                self.notes.append(
                    f"{file} is taken for a file of less than 8 MB, because it does not exist here"
                )
            yield _call("PutObject", target, **write)
            return
        customer = {name: value for name, value in write.items() if name.startswith("SSECustomer")}
        names = ("ServerSideEncryption", "SSEKMSKeyId")
        self.upload_parameters = {name: write[name] for name in names if name in write}
        yield _call("CreateMultipartUpload", target, **write)
        yield _call("UploadPart", target, UploadId="upload", PartNumber=1, **customer)
        yield _call("CompleteMultipartUpload", target, UploadId="upload")

    def _copy(self, source: Location, target: Location) -> ServiceCall:
        more: dict[str, Any] = self._write_parameters()
        directive = self.options.metadata_directive
        if directive or self.options.copy_props in ("none", "metadata-directive"):
            more["MetadataDirective"] = directive or (
                "REPLACE" if self.options.copy_props == "none" else "COPY"
            )
        if self.options.copy_props == "none":
            more["TaggingDirective"] = "REPLACE"
        for name, value in self._customer_key("--sse-c-copy-source").items():
            more[f"CopySource{name}"] = value
        copied = {"Bucket": source.bucket, "Key": source.key}
        return _call("CopyObject", target, CopySource=copied, **more)

    def _write_parameters(self) -> dict[str, Any]:
        given = vars(self.options)
        found: dict[str, Any] = {
            member: given[option[2:].replace("-", "_")]
            for option, member in WRITE_OPTIONS.items()
            if given[option[2:].replace("-", "_")] is not None
        }
        if self.options.sse:
            found["ServerSideEncryption"] = self.options.sse
        if self.options.metadata:
            pairs = (
                self.options.metadata[0].split(",")
                if len(self.options.metadata) == 1
                else self.options.metadata
            )
            found["Metadata"] = dict(pair.partition("=")[::2] for pair in pairs)
        for grant in self.options.grants:
            permission, _, grantees = grant.partition("=")
            if permission not in GRANTS:
                raise Mocks3Error(f"--grants: {permission!r} must be one of {', '.join(GRANTS)}")
            found[GRANTS[permission]] = grantees
        return found | self._customer_key("--sse-c")

    def _customer_key(self, option: str) -> dict[str, Any]:
        given = vars(self.options)
        name = option[2:].replace("-", "_")
        if not given[name]:
            return {}
        key = given[f"{name}_key"] or "0" * 32
        return {"SSECustomerAlgorithm": given[name], "SSECustomerKey": key}


GRANTS = {
    "read": "GrantRead",
    "readacl": "GrantReadACP",
    "writeacl": "GrantWriteACP",
    "full": "GrantFullControl",
}
"""The permissions of ``--grants``, with their parameters."""

COMMANDS: Mapping[str, tuple[int, int, Callable[..., Iterator[ServiceCall]]]] = {
    "cp": (2, 2, _CommandPlan.transfer),
    "mv": (2, 2, _CommandPlan.transfer),
    "sync": (2, 2, _CommandPlan.transfer),
    "ls": (0, 1, _CommandPlan.listing),
    "rm": (1, 1, _CommandPlan.remove),
    "mb": (1, 1, _CommandPlan.make_bucket),
    "rb": (1, 1, _CommandPlan.remove_bucket),
    "presign": (1, 1, _CommandPlan.presign),
    "website": (1, 1, _CommandPlan.website),
}
"""The commands: the fewest and the most paths, and the function that yields the calls."""


def _in_s3(path: Location) -> Location:
    if not path.is_s3:
        raise Mocks3Error(f"a path in S3 must begin with s3://, not {str(path)!r}")
    return path


def _call(operation: str, path: Location, **more: Any) -> ServiceCall:
    if not path.key:
        raise Mocks3Error(f"the key is missing: {str(path)!r} names only a bucket")
    return ServiceCall("s3", operation, {"Bucket": path.bucket, "Key": path.key, **more})
