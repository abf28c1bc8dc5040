"""Configurations of S3 Storage Lens: put, get, list, delete, and their tags.

A configuration is checked and stored. No metrics are computed, and no export files are written.

Source: the pages of the operations in the API Reference; ErrorResponses, "List of Amazon S3 Storage Lens error codes".
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mocks3.errors import NotSupported, Row
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, Need, On
from mocks3.s3control.lookup import control_call
from mocks3.s3control.paging import paginate
from mocks3.s3control.tagging import TAGGED, given_tags, tag_list
from mocks3.storage.control import StorageLensConfiguration

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

NO_CONFIGURATION = Row("NoSuchConfiguration", 404, "The specified configuration does not exist.")
INVALID_ID = Row("InvalidConfigId", 400, "The configuration ID is not valid.")
INVALID_ARN = Row("InvalidStorageLensArn", 400, "The S3 Storage Lens ARN is not required in input.")
BOTH_CONTAINERS = Row(
    "InvalidIncludeExcludeContainers",
    400,
    "You can specify either an Include container or an Exclude container in a configuration. You cannot specify both "
    "in a configuration.",
)
EMPTY_CONTAINERS = {
    "Include": Row("EmptyIncludeContainer", 400, "The include container cannot be empty."),
    "Exclude": Row("EmptyExcludeContainer", 400, "The exclude container cannot be empty."),
}
TOO_MANY = {
    "Buckets": Row("TooManyBuckets", 400, "The buckets container cannot have more than 50 buckets."),
    "Regions": Row("TooManyRegions", 400, "The Regions container cannot have more than 50 Regions."),
}
INVALID_DESTINATION = Row("InvalidDestination", 400, "The S3 bucket ARN is malformed.")
TWO_ENCRYPTIONS = Row("InvalidEncryptionMethod", 400, "Only one encryption method can be specified.")
NO_ENCRYPTION = Row(
    "MissingEncryptionMethod",
    400,
    "The encryption method cannot be blank. Specify either SSE-KMS or SSE-S3.",
)
NO_ACCOUNT_METRICS = Row(
    "MissingAccountLevelActivityMetrics",
    400,
    "Activity metrics must be enabled at the account level when activity metrics are enabled at the bucket level.",
)
NO_BUCKET_METRICS = Row(
    "MissingBucketLevelActivityMetrics",
    400,
    "Activity metrics must be enabled at the bucket level when activity metrics are enabled at the account level.",
)
INVALID_DEPTH = Row("InvalidMaximumPrefixDepth", 400, "MaxDepth must be within the range [1,10].")
INVALID_PERCENTAGE = Row(
    "InvalidMinimumStorageBytesPercentage",
    400,
    "MinStorageBytesPercentage must be within the range [1.00,100.00].",
)

MOST_ELEMENTS = 50
_ID = re.compile(r"[a-zA-Z0-9\-_.]{1,64}", re.ASCII)
_BUCKET_ARN = re.compile(r"arn:[a-z-]+:s3:::[a-z0-9.-]{3,63}", re.ASCII)

Section = Mapping[str, Any]


@operation(
    Need("s3:PutStorageLensConfiguration", ACCOUNT),
    Need("s3:PutStorageLensConfigurationTagging", On.STORAGE_LENS, when=TAGGED),
    service="s3control",
)
def put_storage_lens_configuration(call: Authorized, params: Params) -> Params:
    """Create or replace a configuration.

    Raises ``InvalidConfigId``, ``InvalidStorageLensArn``, ``InvalidIncludeExcludeContainers``,
    ``EmptyIncludeContainer``, ``EmptyExcludeContainer``, ``TooManyBuckets``, ``TooManyRegions``,
    ``MissingAccountLevelActivityMetrics``, ``MissingBucketLevelActivityMetrics``, ``InvalidMaximumPrefixDepth``,
    ``InvalidMinimumStorageBytesPercentage``, ``InvalidDestination``, ``InvalidEncryptionMethod``,
    ``MissingEncryptionMethod``, ``InvalidTag``; :class:`NotSupported` for organizations.
    """
    content, place = params["StorageLensConfiguration"], control_call(call)
    if not _ID.fullmatch(params["ConfigId"]) or content["Id"] != params["ConfigId"]:
        raise INVALID_ID()
    if content.get("StorageLensArn"):
        raise INVALID_ARN()
    if content.get("AwsOrg"):
        raise NotSupported("mocks3 does not support AwsOrg of s3control:PutStorageLensConfiguration")
    _check_scope(content)
    _check_metrics(content["AccountLevel"])
    for export in ("DataExport", "ExpandedPrefixesDataExport"):
        _check_export(content.get(export) or {})
    made = StorageLensConfiguration(place.account, place.region, content["Id"], content, given_tags(params))
    present = call.store.control.find(StorageLensConfiguration, made.arn)
    if present is not None and "Tags" not in params:
        made = dataclasses.replace(made, tags=present.tags)
    call.store.control.put(made)
    return {}


@operation(Need("s3:GetStorageLensConfiguration", On.STORAGE_LENS), service="s3control")
def get_storage_lens_configuration(call: Authorized, params: Params) -> Params:
    """Return a configuration as it was put, with its ARN. Raises ``NoSuchConfiguration``."""
    found = _configuration(call, params)
    return {"StorageLensConfiguration": {**found.content, "StorageLensArn": found.arn}}


@operation(Need("s3:ListStorageLensConfigurations", ACCOUNT), service="s3control")
def list_storage_lens_configurations(call: Authorized, params: Params) -> Params:
    """List the account's configurations of the Region. Raises ``InvalidRequest`` for a ``NextToken`` that is not valid.

    The default dashboard of AWS is not there.
    """
    prefix = control_call(call).arn("storage-lens/")
    found = [each for each in call.store.control.all(StorageLensConfiguration) if each.arn.startswith(prefix)]
    return paginate(
        params,
        "StorageLensConfigurationList",
        found,
        lambda each: str(each.id),
        lambda each: {
            "Id": each.id,
            "StorageLensArn": each.arn,
            "HomeRegion": each.region,
            "IsEnabled": each.content["IsEnabled"],
        },
    )


@operation(Need("s3:DeleteStorageLensConfiguration", On.STORAGE_LENS), service="s3control")
def delete_storage_lens_configuration(call: Authorized, params: Params) -> Params:
    """Delete a configuration. Raises ``NoSuchConfiguration``."""
    call.store.control.remove(_configuration(call, params))
    return {}


@operation(Need("s3:GetStorageLensConfigurationTagging", On.STORAGE_LENS), service="s3control")
def get_storage_lens_configuration_tagging(call: Authorized, params: Params) -> Params:
    """Return the tags of a configuration. Raises ``NoSuchConfiguration``."""
    return {"Tags": tag_list(_configuration(call, params).tags)}


@operation(Need("s3:PutStorageLensConfigurationTagging", On.STORAGE_LENS), service="s3control")
def put_storage_lens_configuration_tagging(call: Authorized, params: Params) -> Params:
    """Replace the tags of a configuration. Raises ``NoSuchConfiguration``, ``InvalidTag``."""
    found = _configuration(call, params)
    call.store.control.put(dataclasses.replace(found, tags=given_tags(params)))
    return {}


@operation(Need("s3:DeleteStorageLensConfigurationTagging", On.STORAGE_LENS), service="s3control")
def delete_storage_lens_configuration_tagging(call: Authorized, params: Params) -> Params:
    """Remove all tags of a configuration. Raises ``NoSuchConfiguration``."""
    call.store.control.put(dataclasses.replace(_configuration(call, params), tags={}))
    return {}


def _configuration(call: Authorized, params: Params) -> StorageLensConfiguration:
    arn = control_call(call).arn(f"storage-lens/{params['ConfigId']}")
    found = call.store.control.find(StorageLensConfiguration, arn)
    if found is None:
        raise NO_CONFIGURATION()
    return found


def _check_scope(content: Section) -> None:
    if "Include" in content and "Exclude" in content:
        raise BOTH_CONTAINERS()
    for container, empty in EMPTY_CONTAINERS.items():
        section = content.get(container)
        if section is None:
            continue
        if not any(section.values()):
            raise empty()
        for name, too_many in TOO_MANY.items():
            if len(section.get(name) or ()) > MOST_ELEMENTS:
                raise too_many()


def _check_metrics(level: Section) -> None:
    bucket = level["BucketLevel"]
    of_account, of_buckets = _is_enabled(level), _is_enabled(bucket)
    if of_buckets and not of_account:
        raise NO_ACCOUNT_METRICS()
    if of_account and not of_buckets:
        raise NO_BUCKET_METRICS()
    storage = (bucket.get("PrefixLevel") or {}).get("StorageMetrics") or {}
    criteria = storage.get("SelectionCriteria") or {}
    if not 1 <= criteria.get("MaxDepth", 1) <= 10:
        raise INVALID_DEPTH()
    if not 1 <= criteria.get("MinStorageBytesPercentage", 1) <= 100:
        raise INVALID_PERCENTAGE()


def _is_enabled(level: Section) -> bool:
    return bool((level.get("ActivityMetrics") or {}).get("IsEnabled"))


def _check_export(export: Section) -> None:
    destination = export.get("S3BucketDestination")
    if destination is not None and not _BUCKET_ARN.fullmatch(destination["Arn"]):
        raise INVALID_DESTINATION()
    for section in (destination, export.get("StorageLensTableDestination")):
        encryption = (section or {}).get("Encryption")
        if encryption is None:
            continue
        if not encryption:
            raise NO_ENCRYPTION()
        if len(encryption) > 1:
            raise TWO_ENCRYPTIONS()
