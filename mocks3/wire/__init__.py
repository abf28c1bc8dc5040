"""Convert HTTP requests into operations, and outputs into HTTP responses, with botocore's service models.

Rule 1: this package does not know whether a bucket exists, who has permissions, or what is stored.
Rule 2: no route, header name or element name is written by hand. If the service differs from its model, a row of
``deviations`` says so, with its source. Rule 3: an operation's shapes are compiled once, at its first call.
Rule 4: it imports only ``model``, ``errors``, ``clock`` and ``lib`` of mocks3.
Rule 5: every response is valid HTTP and XML: ``with_valid_headers`` checks headers, ``xmlwrite.escape`` escapes text.

    parse:      hosts -> address -> query -> presigned -> routes -> heads     when the request arrives
                payload, chunks; bodies -> xmltree -> xmlread       when ``Parsed.params`` is first read
                form                                                sts and iam
                post_form                                           browser uploads
    serialize:  outputs -> xmlwrite, scalars, events -> ids
    both:       json                                                kms
                known                                               unknown members are rejected
    other:      pages                                               preflights and the website endpoint
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
