"""Storage Lens groups: create, get, list, update, delete. Their tags are those of TagResource.

A group is checked and stored. No metrics are computed.

Source: the pages of the operations in the API Reference; ErrorResponses, "List of Amazon S3 Storage Lens error codes",
the table of groups.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mocks3.errors import Row
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, Need, On
from mocks3.s3control.lookup import account_of, control_call
from mocks3.s3control.paging import paginate
from mocks3.s3control.storage_lens import NO_CONFIGURATION
from mocks3.s3control.tagging import TAGGED, given_tags
from mocks3.storage.control import StorageLensGroup

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

EXISTS = Row("ConfigurationAlreadyExists", 409, "The specified configuration already exists.")
INVALID_NAME = Row(
    "InvalidName", 400, "Storage Lens group Name parameter must be between 1 and 64 characters."
)
MISMATCHED_NAME = Row(
    "MismatchedName", 400, "The name specified in the request doesn't match the Storage Lens group name."
)
TOO_MANY = Row(
    "TooManyConfigurations",
    400,
    "You have attempted to create more Storage Lens group configurations than the 50 allowed.",
)
INVALID_FILTER = Row(
    "InvalidFilter",
    400,
    "A filter must include one of the following elements: And, Or, MatchAnyTag, MatchAnyPrefix, MatchAnySuffix, "
    "MatchObjectAge, MatchObjectSize.",
)
INVALID_OPERATOR = Row(
    "InvalidLogicalOperator",
    400,
    "At least two sub elements must be present in the logical operators And or Or.",
)
EMPTY = {
    name: Row(f"Invalid{name}", 400, f"The {name} parameter can't be empty.")
    for name in ("MatchAnyPrefix", "MatchAnySuffix", "MatchAnyTag", "MatchObjectAge", "MatchObjectSize")
}
TOO_MANY_ELEMENTS = Row(
    "TooManyElements",
    400,
    "The Element exceeds the maximum number of elements allowed within a logical operator. Only 10 prefixes, suffixes, "
    "or tags are allowed.",
)
INVALID_RANGE = Row(
    "InvalidNumericCombination", 400, "This object age or object size combination isn't valid."
)

MOST_GROUPS, MOST_ELEMENTS = 50, 10
_NAME = re.compile(r"[a-zA-Z0-9\-_]{1,64}", re.ASCII)
_RANGES = {
    "MatchObjectAge": ("DaysGreaterThan", "DaysLessThan"),
    "MatchObjectSize": ("BytesGreaterThan", "BytesLessThan"),
}


@operation(
    Need("s3:CreateStorageLensGroup", ACCOUNT),
    Need("s3:TagResource", ACCOUNT, when=TAGGED),
    service="s3control",
)
def create_storage_lens_group(call: Authorized, params: Params) -> Params:
    """Create a group.

    Raises ``InvalidName``, ``ConfigurationAlreadyExists``, ``TooManyConfigurations``, ``InvalidTag``, and the errors
    of a filter: ``InvalidFilter``, ``InvalidLogicalOperator``, ``TooManyElements`` and others.
    """
    place, content = control_call(call), params["StorageLensGroup"]
    if not _NAME.fullmatch(content["Name"]):
        raise INVALID_NAME()
    _check_filter(content["Filter"])
    group = StorageLensGroup(
        place.account, place.region, content["Name"], content["Filter"], given_tags(params)
    )
    present = _groups(call)
    if any(each.arn == group.arn for each in present):
        raise EXISTS()
    if len(present) >= MOST_GROUPS:
        raise TOO_MANY()
    call.store.control.put(group)
    return {}


@operation(Need("s3:GetStorageLensGroup", On.STORAGE_LENS_GROUP), service="s3control")
def get_storage_lens_group(call: Authorized, params: Params) -> Params:
    """Return a group. Raises ``NoSuchConfiguration``."""
    group = _group(call, params)
    shown = {"Name": group.name, "Filter": dict(group.filter), "StorageLensGroupArn": group.arn}
    return {"StorageLensGroup": shown}


@operation(Need("s3:ListStorageLensGroups", ACCOUNT), service="s3control")
def list_storage_lens_groups(call: Authorized, params: Params) -> Params:
    """List the account's groups of the Region. Raises ``InvalidRequest`` for a ``NextToken`` that is not valid."""
    return paginate(
        params,
        "StorageLensGroupList",
        _groups(call),
        lambda each: str(each.name),
        lambda each: {"Name": each.name, "StorageLensGroupArn": each.arn, "HomeRegion": each.region},
    )


@operation(Need("s3:UpdateStorageLensGroup", On.STORAGE_LENS_GROUP), service="s3control")
def update_storage_lens_group(call: Authorized, params: Params) -> Params:
    """Replace the filter of a group. Raises ``NoSuchConfiguration``, ``MismatchedName`` and the errors of a filter."""
    group, content = _group(call, params), params["StorageLensGroup"]
    if content["Name"] != group.name:
        raise MISMATCHED_NAME()
    _check_filter(content["Filter"])
    call.store.control.put(dataclasses.replace(group, filter=content["Filter"]))
    return {}


@operation(Need("s3:DeleteStorageLensGroup", On.STORAGE_LENS_GROUP), service="s3control")
def delete_storage_lens_group(call: Authorized, params: Params) -> Params:
    """Delete a group. Raises ``NoSuchConfiguration``."""
    call.store.control.remove(_group(call, params))
    return {}


def _groups(call: Authorized) -> list[StorageLensGroup]:
    region, account = control_call(call).region, account_of(call)
    return [
        each
        for each in call.store.control.all(StorageLensGroup)
        if (each.account, each.region) == (account, region)
    ]


def _group(call: Authorized, params: Params) -> StorageLensGroup:
    found = call.store.control.find(
        StorageLensGroup, control_call(call).arn(f"storage-lens-group/{params['Name']}")
    )
    if found is None:
        raise NO_CONFIGURATION()
    return found


def _check_filter(content: Mapping[str, Any]) -> None:
    if len(content) != 1:
        raise INVALID_FILTER()
    ((name, value),) = content.items()
    if name not in ("And", "Or"):
        _check_element(name, value)
        return
    if len(value) < 2:
        raise INVALID_OPERATOR()
    for inner, element in value.items():
        _check_element(inner, element)


def _check_element(name: str, value: Any) -> None:
    if not value:
        raise EMPTY[name]()
    if name not in _RANGES:
        if len(value) > MOST_ELEMENTS:
            raise TOO_MANY_ELEMENTS()
        return
    lower, upper = (value.get(each) for each in _RANGES[name])
    if any(each is not None and each < 0 for each in (lower, upper)):
        raise INVALID_RANGE()
    if lower is not None and upper is not None and lower >= upper:
        raise INVALID_RANGE()
