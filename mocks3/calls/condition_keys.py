"""Make a call carry condition keys: as its parameters and headers, as properties of the request, by its signature.

A key that a parameter or header feeds becomes that parameter. A key that the caller, the bucket or the organization
feeds keeps the value that was given, whatever the files say. A key that the call cannot carry is an error.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from mocks3.access.context import parameters, tags, writes
from mocks3.access.context.table import ROWS, TAG_ROWS, UNDERIVED
from mocks3.access.directory_buckets.permissions import CREATE_SESSION
from mocks3.access.vocabulary import DIRECTORY_BUCKETS, vocabulary
from mocks3.calls.assumptions import Assumptions, parse_source
from mocks3.calls.service_call import POST_OBJECT
from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import suggestion
from mocks3.lib.limits import later
from mocks3.model.request_context import RequestContextArguments, condition_keys
from mocks3.model.zones import is_directory_bucket
from mocks3.operations import find

if TYPE_CHECKING:
    from mocks3.access import Decision, Refusal
    from mocks3.calls.principals import SessionDetails
    from mocks3.calls.service_call import ServiceCall

_PROPERTIES = {
    f"aws:{name.replace('_', '')}": name
    for name in RequestContextArguments.__annotations__
    if name not in ("keys", "tls_version", "mfa", "mfa_age")
} | {
    "s3:tlsversion": "tls_version",
    "s3express:tlsversion": "tls_version",
    "aws:multifactorauthpresent": "mfa",
    "aws:multifactorauthage": "mfa_age",
}
"""The properties of ``request_context`` by condition key."""

_BOOLS = frozenset({"secure_transport", "mfa", "via_aws_service"})
_NUMBERS = frozenset({"mfa_age"})

_IN_BODY: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "PutObjectRetention": {
        "s3:object-lock-mode": ("Retention", "Mode"),
        "s3:object-lock-retain-until-date": ("Retention", "RetainUntilDate"),
        "s3:object-lock-event-hold": ("Retention", "EventHold"),
        "s3:object-lock-event-hold-duration-days": ("Retention", "EventHoldDuration", "Days"),
    },
    "PutObjectLegalHold": {"s3:object-lock-legal-hold": ("LegalHold", "Status")},
    "UpdateObjectEncryption": {
        "s3:x-amz-server-side-encryption-aws-kms-key-id": ("ObjectEncryption", "SSEKMS", "KMSKeyArn")
    },
    "CreateBucket": {
        "s3:locationconstraint": ("CreateBucketConfiguration", "LocationConstraint"),
        "s3express:locationname": ("CreateBucketConfiguration", "Location", "Name"),
    },
    "CreateSession": {
        "s3express:sessionmode": ("SessionMode",),
        "s3express:x-amz-server-side-encryption": ("ServerSideEncryption",),
        "s3express:x-amz-server-side-encryption-aws-kms-key-id": ("SSEKMSKeyId",),
    },
    "PutBucketInventoryConfiguration": {
        "s3:inventoryaccessibleoptionalfields": ("InventoryConfiguration", "OptionalFields"),
        "s3express:inventoryaccessibleoptionalfields": ("InventoryConfiguration", "OptionalFields"),
    },
}
"""Condition keys that a member of the body feeds, or a header of CreateSession, by operation."""

_OF_UPLOAD = {
    "s3:x-amz-server-side-encryption": "ServerSideEncryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
}
"""Condition keys that the later calls of an upload carry from CreateMultipartUpload (C-81)."""

_OF_S3 = frozenset(
    row.key.lower().removesuffix("<key>")
    for row in (*parameters.ROWS, *writes.ROWS, *tags.ROWS, *tags.TAG_ROWS)
    if row.key != "s3:ExistingObjectTag/<key>"
)
_FED = (
    _OF_S3
    | {each for each in ROWS if each.startswith("s3express:") and f"s3:{each.partition(':')[2]}" in _OF_S3}
    | {"s3express:sessionmode", "s3express:locationname"}
)
"""The keys that parameters and headers feed, and nothing else."""

_SIGNERS = {"AWS4-HMAC-SHA256": "s3v4", "AWS": "s3"}
"""botocore's signers by the values of ``s3:signatureversion``."""

_IN_URL, _IN_FORM, _IN_HEADER = "REST-QUERY-STRING", "POST", "REST-HEADER"
"""The values of ``s3:authType``."""


@dataclass
class CarriedKeys:
    """A call that carries condition keys.

    Attributes:
        call: The call with the parameters that feed them.
        context: Arguments of ``request_context``.
        config: Arguments of botocore's ``Config``.
        in_url: Whether the signature is in the URL.
        moment: The time of the request; None for the present.
        assumptions: What exists, with the tags of the object.
        unproven: The keys that the call carries only if its caller, its signature and its bucket let it.
        temporary: Whether only temporary credentials carry one of the keys.
    """

    call: ServiceCall
    assumptions: Assumptions
    context: RequestContextArguments = field(default_factory=RequestContextArguments)
    config: dict[str, Any] = field(default_factory=dict)
    in_url: bool = False
    moment: datetime.datetime | None = None
    unproven: list[str] = field(default_factory=list)
    temporary: bool = False

    def details(self, session: SessionDetails) -> SessionDetails:
        """Return the details of a session whose requests can carry the keys."""
        return dataclasses.replace(session, temporary=True) if self.temporary else session


def interpret(
    call: ServiceCall, keys: Mapping[str, Any], assumptions: Assumptions, now: datetime.datetime
) -> CarriedKeys:
    """Return the call with the keys.

    Args:
        call: The call.
        keys: The condition keys, each with one value or several.
        assumptions: What exists that no file describes.
        now: The time of the world.

    Raises:
        Mocks3Error: A key does not exist, the call cannot carry it, or the call has another value already.
    """
    carried = CarriedKeys(call, assumptions)
    for key, values in condition_keys(keys).items():
        name = _check_known(next(each for each in keys if each.lower() == key))
        if key == "s3:authtype":
            carried.in_url = _is_in_url(call, _one(name, values))
            carried.config = {"signature_version": "s3v4", **carried.config}
        elif key == "s3:signatureversion":
            carried.config = {"signature_version": _signer(_one(name, values))}
        elif key in ("aws:currenttime", "aws:epochtime"):
            carried.moment = _moment(name, _one(name, values))
        elif key in _PROPERTIES:
            _add_property(carried, name, _PROPERTIES[key], values)
        elif _add_parameter(carried, name, values, now):
            if _plain(key) in _FED:
                continue
        elif values and _plain(key) in _FED:
            raise Mocks3Error(
                f"{call.operation} has no condition key {name}: no parameter of it is the key's value"
            )
        else:
            _add_value(carried, name, values)
        if key not in ("aws:currenttime", "aws:epochtime"):
            carried.unproven.append(name)
    return carried


def is_of_object(name: str) -> bool:
    """Return whether a condition key is a tag of the object."""
    return name.lower().startswith("s3:existingobjecttag/")


def require_carried(
    decisions: Iterable[Decision | Refusal], keys: Mapping[str, Any], unproven: Iterable[str]
) -> None:
    """Raise Mocks3Error for a key that no decision of the call carries, with the reason."""
    contexts: list[Any] = [each.findings.request.context for each in decisions if not hasattr(each, "why")]
    for name in unproven:
        key, values = name.lower(), keys[name]
        if contexts and values not in (None, []) and not any(context.get(key) for context in contexts):
            why = contexts[0].why_missing(name)
            raise Mocks3Error(f"the request has no condition key {name}" + (f": {why}" if why else ""))


def _check_known(name: str) -> str:
    """Return the name of a key. Keys of other services than S3 and of ``aws:`` are not known here."""
    key = name.lower()
    prefix, slash, _ = key.partition("/")
    spelled = [*UNDERIVED, *(row.key for row in ROWS.values()), *(row.key for row in TAG_ROWS.values())]
    known = {each.lower(): each for each in spelled}
    if key in known or (slash and f"{prefix}/<key>" in known):
        return name
    if key.partition(":")[0] not in ("aws", "s3", "s3express"):
        return name
    raise Mocks3Error(
        f"there is no condition key {name!r}{suggestion(key, known).lower() and _hint(key, known)}"
    )


def _hint(key: str, known: Mapping[str, str]) -> str:
    close = suggestion(key, known)
    spelled = close.partition("'")[2].rstrip("'?")
    return f"; did you mean {known.get(spelled, spelled)!r}?"


def _plain(key: str) -> str:
    """Return a key without the name of the tag after the slash."""
    head, slash, _ = key.partition("/")
    return head + slash


def _one(name: str, values: Sequence[str]) -> str:
    if len(values) != 1:
        raise Mocks3Error(f"{name} takes one value, not {list(values)!r}")
    return values[0]


def _moment(name: str, value: str) -> datetime.datetime:
    try:
        if name.lower() == "aws:epochtime":
            return datetime.datetime.fromtimestamp(int(value), datetime.UTC)
        moment = datetime.datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError):
        raise Mocks3Error(f"{name} must be a time such as 2030-01-31T12:00:00Z, not {value!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _add_property(carried: CarriedKeys, name: str, argument: str, values: Sequence[str]) -> None:
    context: dict[str, Any] = carried.context  # type: ignore[assignment]  # the keys are known to be arguments
    if not values:
        _add_value(carried, name, values)
    elif argument == "called_via":
        context[argument] = tuple(values)
    elif argument in _BOOLS:
        context[argument] = _bool(name, _one(name, values))
    elif argument in _NUMBERS:
        context[argument] = _number(name, _one(name, values))
    else:
        context[argument] = _one(name, values)
    carried.temporary |= argument in ("mfa", "mfa_age")


def _bool(name: str, value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise Mocks3Error(f"{name} must be true or false, not {value!r}")
    return value.lower() == "true"


def _number(name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise Mocks3Error(f"{name} must be a whole number, not {value!r}") from None


def _add_parameter(carried: CarriedKeys, name: str, values: Sequence[str], now: datetime.datetime) -> bool:
    """Add the parameter that feeds a key. Return False if no parameter of the operation does."""
    call, key = carried.call, name.lower()
    if not values or not key.startswith(("s3:", "s3express:", "aws:requesttag/", "aws:tagkeys")):
        return False
    prefix, _, tag = name.partition("/")
    if prefix.lower() == "s3:existingobjecttag":
        existing = {**carried.assumptions.tags, tag: _one(name, values)}
        carried.assumptions = dataclasses.replace(carried.assumptions, tags=existing)
        return True
    if prefix.lower() in ("s3:requestobjecttag", "s3:requestobjecttagkeys", "aws:requesttag", "aws:tagkeys"):
        pairs = {tag: _one(name, values)} if tag else dict.fromkeys(values, "")
        added = _with_tags(call, pairs)
        carried.call = added or call
        return added is not None
    if key in _OF_UPLOAD and "UploadId" in call.members:
        begun = {**carried.assumptions.upload_parameters, _OF_UPLOAD[key]: _one(name, values)}
        carried.assumptions = dataclasses.replace(carried.assumptions, upload_parameters=begun)
        return True
    if key == "s3:object-lock-remaining-retention-days":
        until = later(now, days=_number(name, _one(name, values)))
        return _add_parameter(carried, "s3:object-lock-retain-until-date", (until.isoformat(),), now)
    if key == "s3:versionid" and "CopySource" in call.parameters:
        carried.call = _with_source_version(call, name, _one(name, values))
        return True
    if key == "s3:if-match" and call.operation == "DeleteObjects":
        objects = [
            {**each, "ETag": _one(name, values)}
            for each in call.parameters.get("Delete", {}).get("Objects", ())
        ]
        delete = {**call.parameters.get("Delete", {}), "Objects": objects}
        carried.call = call.with_parameters(Delete=delete)
        return bool(objects)
    if call.operation == "UpdateObjectEncryption" and key == "s3:x-amz-server-side-encryption":
        return "SSEKMS" in call.parameters.get("ObjectEncryption", {}) and values == ("aws:kms",)
    path = _IN_BODY.get(call.operation, {}).get(key) or _member(call, key)
    if path is None:
        return False
    carried.call = call.with_parameters(**_set(call, path, name, values))
    return True


def _with_source_version(call: ServiceCall, name: str, version_id: str) -> ServiceCall:
    bucket, key, given = parse_source(call.parameters["CopySource"])
    if given not in (None, version_id):
        raise Mocks3Error(f"{name} is {version_id!r}, but CopySource has the version {given!r}")
    return call.with_parameters(CopySource={"Bucket": bucket, "Key": key, "VersionId": version_id})


def _member(call: ServiceCall, key: str) -> tuple[str, ...] | None:
    """Return the member whose header or query parameter has the name of the key."""
    wanted = key.removeprefix("s3:")
    for member, shape in call.members.items():
        wire = shape.serialization
        if wire.get("location") in ("header", "querystring") and wire["name"].lower() in (
            wanted,
            f"x-amz-{wanted}",
        ):
            return (member,)
    return None


def _set(call: ServiceCall, path: tuple[str, ...], name: str, values: Sequence[str]) -> dict[str, Any]:
    """Return the changed top-level parameter."""
    shape: Any = call.members[path[0]]
    whole = parent = dict(call.parameters)
    for step in path[:-1]:
        parent[step] = parent = dict(parent.get(step) or {})
    for step in path[1:]:
        shape = shape.members[step]
    value = list(values) if shape.type_name == "list" else _typed(shape.type_name, name, _one(name, values))
    given = parent.get(path[-1], value)
    if given != value and str(given) != str(value):
        raise Mocks3Error(f"{name} is {value!r}, but the call has {'.'.join(path)}={given!r}")
    parent[path[-1]] = value
    return {path[0]: whole[path[0]]}


def _typed(type_name: str, name: str, value: str) -> Any:
    if type_name in ("integer", "long"):
        return _number(name, value)
    if type_name == "boolean":
        return _bool(name, value)
    return _moment(name, value) if type_name == "timestamp" else value


def _with_tags(call: ServiceCall, pairs: Mapping[str, str]) -> ServiceCall | None:
    """Return the call with tags: in its header, in its body, or of a new bucket. None if it has no tags."""
    shape = call.members.get("Tagging")
    if shape is not None and shape.type_name == "string":
        given = dict(parse_qsl(str(call.parameters.get("Tagging", "")), keep_blank_values=True))
        changed = call.with_parameters(Tagging=urlencode(_merged(given, pairs)))
        replaces = "TaggingDirective" in call.members
        return changed.with_parameters(TaggingDirective="REPLACE") if replaces else changed
    if call.operation == "PutObjectTagging":
        tagging = call.parameters.get("Tagging", {})
        return call.with_parameters(Tagging={**tagging, "TagSet": _tag_list(tagging.get("TagSet"), pairs)})
    if "Tags" in call.members:
        return call.with_parameters(Tags=_tag_list(call.parameters.get("Tags"), pairs))
    if call.operation == "CreateBucket":
        settings = call.parameters.get("CreateBucketConfiguration", {})
        tags_of_bucket = _tag_list(settings.get("Tags"), pairs)
        return call.with_parameters(CreateBucketConfiguration={**settings, "Tags": tags_of_bucket})
    return None


def _tag_list(given: Iterable[Mapping[str, str]] | None, pairs: Mapping[str, str]) -> list[dict[str, str]]:
    own = {each["Key"]: each.get("Value", "") for each in given or ()}
    return [{"Key": key, "Value": value} for key, value in _merged(own, pairs).items()]


def _merged(given: Mapping[str, str], pairs: Mapping[str, str]) -> dict[str, str]:
    """Return tags with others. A key without a value does not replace the value that it has."""
    return {**given, **{key: value or given.get(key, "") for key, value in pairs.items()}}


def _add_value(carried: CarriedKeys, name: str, values: Sequence[str]) -> None:
    """Give a key its value directly, if a request for one of the operation's actions can carry it."""
    key = name.lower()
    if values and not any(_supports(action, key) for action in _actions(carried.call)):
        raise Mocks3Error(
            f"{carried.call.operation} has no condition key {name}: its requests never carry it"
        )
    others: Mapping[str, Any] = carried.context.get("keys", {})
    carried.context["keys"] = {**others, key: list(values)}


def _actions(call: ServiceCall) -> set[str]:
    """Return the actions that S3 can decide for a call, in lower case. Directory buckets have their own (F-151)."""
    operation = find(call.service, call.operation)
    actions = {need.action.lower() for need in operation.needs}
    if operation.express is None or not is_directory_bucket(str(call.parameters.get("Bucket", ""))):
        return actions
    if operation.express.regional:
        return {f"s3express:{action.partition(':')[2]}" for action in actions}
    return {CREATE_SESSION.lower()}


def _supports(action: str, key: str) -> bool:
    service = key.partition(":")[0]
    if service not in ("s3", "s3express"):
        return True
    known = vocabulary() if service == "s3" else DIRECTORY_BUCKETS
    return action.startswith(f"{service}:") and known.has_key(key) and known.supports(action, key)


def _signer(version: str) -> str:
    if version not in _SIGNERS:
        raise Mocks3Error(f"s3:signatureversion must be {' or '.join(_SIGNERS)}, not {version!r}")
    return _SIGNERS[version]


def _is_in_url(call: ServiceCall, kind: str) -> bool:
    """Return whether the signature is in the URL. A form is an operation of its own."""
    possible = (_IN_FORM,) if call.operation == POST_OBJECT else (_IN_HEADER, _IN_URL)
    if kind not in possible:
        raise Mocks3Error(f"s3:authType of {call.operation} must be {' or '.join(possible)}, not {kind!r}")
    return kind == _IN_URL
