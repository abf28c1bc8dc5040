"""KMS's errors for keys that cannot be used. R-44, R-57; KMS API Reference.

The codes are KMS's own. S3 adds the prefix ``KMS.`` to them.
"""

from __future__ import annotations

from mocks3.errors import Row

INVALID_KEY_ID = Row("NotFoundException", 400, "Invalid keyId '{name}'")
INVALID_ARN = Row("NotFoundException", 400, "Invalid arn {region}")
KEY_NOT_FOUND = Row("NotFoundException", 400, "Key '{arn}' does not exist")
ALIAS_NOT_FOUND = Row("NotFoundException", 400, "Alias {arn} is not found.")
DISABLED_KEY = Row("DisabledException", 400, "{arn} is disabled.")
PENDING_KEY = Row("KMSInvalidStateException", 400, "{arn} is pending deletion.")
