"""The request context: every condition key that a request to S3 can carry, and how its value comes about.

    scene        what keys are derived from
    principal    who is asking, with what credentials, for whom
    organization in which organization it, the bucket and the endpoint are
    moment       when, and how it was signed
    network      from where, by what way
    parameters   what is asked of a listing, a version, a new bucket
    writes       ACL, encryption, lock and copy headers
    tags         of the request, and of the object as it stands
    resource     whose the bucket is, and its tags
    express      of directory buckets
    table        all of them
    asking       the context of one authorization, which a policy's conditions ask

Rule 1: one row a key, with its source. A key that cannot be derived is a row of ``UNDERIVED``, with the reason.
Rule 2: nothing is computed until a condition asks (C-82); a key that is missing is None, an empty text is a value
(C-46). Rule 3: headers and parameters count as they were sent, defaults never appear (C-81).
"""

from __future__ import annotations

from mocks3.access.context.key_values import ConditionKeyValues
from mocks3.access.context.request_info import (
    ConditionKey,
    ObjectSnapshot,
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
    "ObjectSnapshot",
    "RequestInfo",
    "TagConditionKey",
    "hypothetical_request",
    "request_info_of",
]
