"""GetObjectAttributes. Source: API_GetObjectAttributes; R-103 to R-107; F-32."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT, INVALID_REQUEST
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import (
    BUCKET,
    OBJECT,
    OBJECT_KMS_KEY,
    REVEAL,
    ZONAL_READ,
    Need,
    no_version_named,
    version_named,
)
from mocks3.model.stages import Authorized
from mocks3.operations.listing import paging
from mocks3.rules import bodies, encryption
from mocks3.rules.finding import check_key_and_version, located_version
from mocks3.storage import COMPOSITE

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import GetObjectAttributesRequestTypeDef

    from mocks3.storage import Version

HEADER = "x-amz-object-attributes"
ATTRIBUTES = frozenset({"ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"})


def check_attributes(head: Params) -> None:
    """Check the headers. Raise ``InvalidRequest``, ``InvalidArgument`` or ``KeyTooLongError``."""
    check_key_and_version(head)
    attributes = head.get("ObjectAttributes", ())
    if not any(attributes):
        raise INVALID_REQUEST(
            message=f"The {HEADER} header specifying the attributes to be retrieved is either missing or empty"
        )
    for name in attributes:
        if name not in ATTRIBUTES:
            raise INVALID_ARGUMENT(
                message="Invalid attribute name specified.", ArgumentName=HEADER, ArgumentValue=name
            )
    for member, name in (("MaxParts", "x-amz-max-parts"), ("PartNumberMarker", "x-amz-part-number-marker")):
        paging.page_limit(head, member, name)


@operation(
    Need("s3:GetObject", OBJECT, when=no_version_named()),
    Need("s3:GetObjectVersion", OBJECT, when=version_named()),
    Need("s3:GetObjectAttributes", OBJECT, when=no_version_named()),
    Need("s3:GetObjectVersionAttributes", OBJECT, when=version_named()),
    Need("kms:Decrypt", OBJECT_KMS_KEY),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_attributes,
    express=ZONAL_READ,
)
def get_object_attributes(call: Authorized, params: GetObjectAttributesRequestTypeDef) -> Params:
    """Return the requested attributes of an object: ETag, checksum, parts, storage class and size. It may be archived.

    Raise ``NoSuchKey``, ``NoSuchVersion``, ``MethodNotAllowed``, or an error of the SSE-C headers.
    """
    version = located_version(call)
    encryption.require_read_key(call, version.encryption, params)
    attributes: Params = {
        "ETag": version.etag,
        "Checksum": _checksum(version),
        "ObjectParts": _parts(version, params) if version.parts else None,
        "StorageClass": version.storage_class,
        "ObjectSize": version.size,
    }
    return {
        "LastModified": version.last_modified,
        "VersionId": call.bucket.shown_id(version),
        **{name: attributes[name] for name in params["ObjectAttributes"]},
    }


def _checksum(version: Version) -> Params | None:
    """Return the checksum and its type. A composite checksum has no number of parts here (R-103 to R-107)."""
    if not version.checksums:
        return None
    plain = {name: text.partition("-")[0] for name, text in version.checksums.items()}
    return {**bodies.checksum_members(plain), "ChecksumType": version.checksum_type}


def _parts(version: Version, params: GetObjectAttributesRequestTypeDef) -> Params:
    """Return the number of parts, and one page of the parts if they have their own checksums."""
    total = {"TotalPartsCount": len(version.parts)}
    if version.checksum_type != COMPOSITE:
        return total
    limit = paging.page_limit(params, "MaxParts", "x-amz-max-parts")
    after = int(params.get("PartNumberMarker", 0))
    last = min(after + limit, len(version.parts))
    shown = [
        {"PartNumber": number, "Size": part.size, **bodies.checksum_members(part.checksums)}
        for number, part in islice(enumerate(version.parts, start=1), after, last)
    ]
    return {
        **total,
        "PartNumberMarker": after,
        "NextPartNumberMarker": shown[-1]["PartNumber"] if shown else 0,
        "MaxParts": limit,
        "IsTruncated": last < len(version.parts),
        "Parts": shown,
    }
