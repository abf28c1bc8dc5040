"""HTTP to typed operations and back, derived from botocore's service models.

Rule 1: no S3 meaning here: whether a bucket exists, who may ask and what is stored are others' business.
Rule 2: no route, header name or element name is written by hand; where the service differs from its model, a row
of ``deviations`` says so, with its source. Rule 3: shapes are walked once per operation, when it is compiled.
Rule 4: of ours, only ``call``, ``errors``, ``checksum``, ``clock`` and ``limits`` are imported.
Rule 5: every answer can be sent: ``sendable`` sees to its headers, ``xmlwrite.escape`` to text in XML.

    parse:      hosts -> address -> query -> presigned -> routes -> heads        at once
                payload, chunks; bodies -> xmltree -> xmlread       when the body is asked for
                form                                                sts and iam
                post_form                                           browser uploads
    serialize:  answers -> xmlwrite, scalars, events -> ids
    both:       json                                                kms
    either:     known                                               what no row knows is refused
    besides:    pages                                               preflights and the website endpoint
"""

from __future__ import annotations

from mocks3.wire.faults import serialize_error
from mocks3.wire.models import operation_model
from mocks3.wire.pages import empty_response, error_headers, serialize_error_page, with_valid_headers
from mocks3.wire.parsing import address_of, is_to_website, parse
from mocks3.wire.payload import with_body_in_memory
from mocks3.wire.serializing import serialize

__all__ = [
    "address_of",
    "empty_response",
    "error_headers",
    "is_to_website",
    "operation_model",
    "parse",
    "serialize",
    "serialize_error",
    "serialize_error_page",
    "with_body_in_memory",
    "with_valid_headers",
]
