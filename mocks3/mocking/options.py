"""The options of ``mock_s3``: their types, its signature, and the checks of their values."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Literal, TypedDict, get_args

from mocks3.errors import Mocks3Error
from mocks3.handles import arguments
from mocks3.model.world import Settings

if TYPE_CHECKING:
    from mocks3.handles.principals import Principal, Role

Enforce = Literal["deny", "report"]
InitiatorRule = Literal["strict", "account"]
NewBucketDefaults = Literal["2026", "legacy"]
Nested = Literal["fresh", "join"]
BucketNames = Literal["s3", "any"]
Regions = Literal["aws", "any"]
LocationConstraint = Literal["required", "optional"]
Roles = Literal["trusting", "any"]
AmbientCredentials = Literal["root", "moto"]
CallPath = Literal["direct", "wire"]
Deliver = Literal["any", "moto"]


class MockOptions(TypedDict, total=False):
    """The options. The docstring of ``mock_s3`` says what they mean."""

    region: str
    account: str
    strict: bool
    enforce: Enforce
    initiator_rule: InitiatorRule
    new_bucket_defaults: NewBucketDefaults
    min_part_size: int
    passthrough: Iterable[str]
    profiles: Mapping[str, Principal | Role | str]
    nested: Nested
    bucket_names: BucketNames
    regions: Regions
    location_constraint: LocationConstraint
    roles: Roles
    ambient_credentials: AmbientCredentials
    path: CallPath
    deliver: Deliver
    record_limit: int | None
    like: Literal["moto"]


CHOICES = {
    "enforce": get_args(Enforce),
    "initiator_rule": get_args(InitiatorRule),
    "new_bucket_defaults": get_args(NewBucketDefaults),
    "nested": get_args(Nested),
    "bucket_names": get_args(BucketNames),
    "regions": get_args(Regions),
    "location_constraint": get_args(LocationConstraint),
    "roles": get_args(Roles),
    "ambient_credentials": get_args(AmbientCredentials),
    "path": get_args(CallPath),
    "deliver": get_args(Deliver),
}
"""Options with a closed set of values."""

LIKE = {
    "moto": {
        "nested": "join",
        "bucket_names": "any",
        "new_bucket_defaults": "legacy",
        "regions": "any",
        "roles": "any",
        "ambient_credentials": "moto",
    },
}
"""The options that ``like`` sets. moto 5 requires a LocationConstraint as S3 does, so that option is not among them."""


def signature() -> inspect.Signature:
    """Return the signature of ``mock_s3``, with the types of ``MockOptions`` and the defaults of ``Settings``.

    ``help()``, notebooks and documentation tools show it. Type checkers read ``MockOptions``.
    """
    defaults = {field.name: field.default for field in fields(Settings)}
    target = inspect.Parameter("target", inspect.Parameter.POSITIONAL_ONLY, default=None)
    options = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=defaults.get(name),
            annotation=Literal[CHOICES[name]] if name in CHOICES else getattr(hint, "__forward_arg__", hint),
        )
        for name, hint in MockOptions.__annotations__.items()
    ]
    return inspect.Signature([target, *options])


def checked(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options as ``Settings`` takes them. Raise Mocks3Error for an unknown name or an invalid value."""
    if not options:
        return options
    known = list(MockOptions.__annotations__)
    if "like" in options:
        options = _with_those_of(**options)
    for name, value in options.items():
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {close[0]!r}?" if close else f"; the options are {', '.join(known)}"
            raise Mocks3Error(f"mock_s3 has no option {name!r}{hint}")
        if name in CHOICES and value not in CHOICES[name]:
            raise Mocks3Error(f"{name} must be one of {', '.join(map(repr, CHOICES[name]))}, not {value!r}")
    if type(options.get("strict", False)) is not bool:
        raise Mocks3Error(f"strict must be True or False, not {options['strict']!r}")
    if "account" in options:
        arguments.check_account_id(options["account"])
    if "region" in options:
        arguments.check_type("region", options["region"], str, "the name of a Region")
    size = options.get("min_part_size", 0)
    if type(size) is not int or size < 0:
        raise Mocks3Error(f"min_part_size must be a number of bytes, 0 or more, not {size!r}")
    limit = options.get("record_limit")
    if limit is not None and (type(limit) is not int or limit < 1):
        raise Mocks3Error(f"record_limit must be a number of calls, 1 or more, or None, not {limit!r}")
    if "passthrough" in options:
        from mocks3.interceptors import passthrough

        options = {**options, "passthrough": passthrough.checked(options["passthrough"])}
    if "profiles" in options:
        from mocks3.handles import profiles

        options = {**options, "profiles": profiles.checked(options["profiles"])}
    return options


def _with_those_of(like: str, **options: Any) -> dict[str, Any]:
    """Return the options that ``like`` sets, and those given, which have precedence."""
    if like not in LIKE:
        raise Mocks3Error(f"like must be {' or '.join(map(repr, LIKE))}, not {like!r}")
    return {**LIKE[like], **options}
