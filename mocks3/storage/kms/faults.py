"""KMS's errors for keys that cannot be used. R-44, R-57; KMS API Reference.

The codes are KMS's own. S3 adds the prefix ``KMS.`` to them.
"""

from __future__ import annotations

from mocks3.errors import RefusalRow, Row, S3Error, Why

INVALID_KEY_ID = Row("NotFoundException", 400, "Invalid keyId '{name}'")
INVALID_ARN = Row("NotFoundException", 400, "Invalid arn {region}")
KEY_NOT_FOUND = Row("NotFoundException", 400, "Key '{arn}' does not exist")
ALIAS_NOT_FOUND = Row("NotFoundException", 400, "Alias {arn} is not found.")
DISABLED_KEY = RefusalRow("DisabledException", 400, "{arn} is disabled.")
PENDING_KEY = RefusalRow("KMSInvalidStateException", 400, "{arn} is pending deletion.")


def disabled(arn: str, action: str) -> S3Error:
    """Return the error for a key that is disabled."""
    fixes = (f"enable the key: kms.enable_key(KeyId={arn!r})",)
    return DISABLED_KEY(
        Why("kms-key", "the KMS key is disabled, whatever policies allow", "X-47", fixes, "", action, arn),
        arn=arn,
    )


def pending_deletion(arn: str, action: str) -> S3Error:
    """Return the error for a key that will be deleted."""
    fixes = (f"cancel the deletion and enable the key: kms.cancel_key_deletion(KeyId={arn!r})",)
    text = "the KMS key is pending deletion, and cannot be used"
    return PENDING_KEY(Why("kms-key", text, "X-47", fixes, "", action, arn), arn=arn)
