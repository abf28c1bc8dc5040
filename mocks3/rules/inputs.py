"""The inputs that several operations share, as boto3 types them. Only the type checker imports this module.

An operation's own input is the ``TypedDict`` of ``types_boto3_s3`` with its name. A rule that more operations use takes
one of these unions, or a mapping where it looks members up by a computed name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        CompleteMultipartUploadRequestTypeDef,
        CopyObjectRequestTypeDef,
        CreateBucketRequestTypeDef,
        CreateMultipartUploadRequestTypeDef,
        DeleteObjectRequestTypeDef,
        DeleteObjectsRequestTypeDef,
        PutBucketAclRequestTypeDef,
        PutBucketVersioningRequestTypeDef,
        PutObjectAclRequestTypeDef,
        PutObjectAnnotationRequestTypeDef,
        PutObjectRequestTypeDef,
        UploadPartRequestTypeDef,
    )

    NewObject: TypeAlias = (
        PutObjectRequestTypeDef | CopyObjectRequestTypeDef | CreateMultipartUploadRequestTypeDef
    )
    ConditionalWrite: TypeAlias = (
        PutObjectRequestTypeDef | CopyObjectRequestTypeDef | CompleteMultipartUploadRequestTypeDef
    )
    ReplacedAcl: TypeAlias = PutBucketAclRequestTypeDef | PutObjectAclRequestTypeDef
    WithAcl: TypeAlias = NewObject | CreateBucketRequestTypeDef | ReplacedAcl
    WithBody: TypeAlias = (
        PutObjectRequestTypeDef | UploadPartRequestTypeDef | PutObjectAnnotationRequestTypeDef
    )
    WithMfa: TypeAlias = (
        DeleteObjectRequestTypeDef | DeleteObjectsRequestTypeDef | PutBucketVersioningRequestTypeDef
    )
