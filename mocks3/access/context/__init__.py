"""The condition keys of requests to S3, and how their values are computed.

    request_info  the request that keys are computed from
    principal     keys about the caller and its credentials
    organization  keys about the organizations of the caller, the bucket and the VPC endpoint
    moment        keys about the time and the signature
    network       keys about the network
    parameters    keys about parameters of listings, versions and new buckets
    writes        keys about ACL, encryption, lock and copy headers
    tags          keys about tags of the request and of the existing object
    resource      keys about the bucket's owner and tags, and about access points
    express       keys of directory buckets
    table         all keys
    key_values    the values of the keys for one authorization

Rule 1: each key has one row, with its source. ``UNDERIVED`` lists the keys that cannot be computed, with the reason.
Rule 2: a value is computed when a condition needs it (C-82). None is a missing key; an empty text is a value (C-46).
Rule 3: headers and parameters have the values that were sent; default values never appear (C-81).
"""

from __future__ import annotations

from mocks3.access.context.key_values import ConditionKeyValues
from mocks3.access.context.request_info import (
    ConditionKey,
    RequestInfo,
    TagConditionKey,
    hypothetical_request,
    request_info_of,
)
from mocks3.access.context.table import MULTIVALUED, ROWS, TAG_ROWS, UNDERIVED

__all__ = [
    "MULTIVALUED",
    "ROWS",
    "TAG_ROWS",
    "UNDERIVED",
    "ConditionKey",
    "ConditionKeyValues",
    "RequestInfo",
    "TagConditionKey",
    "hypothetical_request",
    "request_info_of",
]
