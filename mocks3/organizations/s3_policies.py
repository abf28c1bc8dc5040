"""S3 policies: whether the accounts of an organization have Block Public Access.

Source: AWS Organizations user guide, "Amazon S3 policy syntax and examples".
"""

from __future__ import annotations

from mocks3.errors import NotSupported, Row
from mocks3.lib import limits

MALFORMED = Row(
    "MalformedPolicyDocumentException",
    400,
    "The provided policy document does not meet the requirements of the specified policy type.",
)

_ATTRIBUTES, _BLOCK, _ASSIGN = "s3_attributes", "public_access_block_configuration", "@@assign"
_VALUES = {"all": True, "none": False}


def s3_policy_blocks(text: str) -> bool:
    """Return whether a document turns all settings on (``all``) or off (``none``).

    Raises:
        S3Error: ``MalformedPolicyDocumentException``.
        NotSupported: The document has another operator than ``@@assign``.
    """
    try:
        document = limits.json_value(text)
    except ValueError:
        raise MALFORMED() from None
    inside = document
    for name in (_ATTRIBUTES, _BLOCK):
        if not isinstance(inside, dict):
            raise MALFORMED()
        for other in inside:
            if other.startswith("@@"):
                raise NotSupported(f"mocks3 does not support {other} in policies of the type S3_POLICY")
        if set(inside) != {name}:
            raise MALFORMED()
        inside = inside[name]
    if not isinstance(inside, dict) or _ASSIGN not in inside:
        raise MALFORMED()
    for other in inside:
        if other != _ASSIGN and other.startswith("@@"):
            raise NotSupported(f"mocks3 does not support {other} in policies of the type S3_POLICY")
    value = inside[_ASSIGN]
    if len(inside) != 1 or not isinstance(value, str) or value not in _VALUES:
        raise MALFORMED()
    return _VALUES[value]
