"""IAM's errors: codes, statuses and messages.

Source: "Errors" of the operations' pages in the IAM API Reference; the messages as users report them.
"""

from __future__ import annotations

from mocks3.errors import RefusalRow, Row

NO_SUCH_ENTITY = Row("NoSuchEntity", 404, "{message}")
ENTITY_EXISTS = Row("EntityAlreadyExists", 409, "{message}")
DELETE_CONFLICT = Row("DeleteConflict", 409, "{message}")
LIMIT_EXCEEDED = Row("LimitExceeded", 409, "{message}")
VALIDATION_ERROR = Row("ValidationError", 400, "{message}")
INVALID_INPUT = Row("InvalidInput", 400, "{message}")
UNMODIFIABLE = Row(
    "UnmodifiableEntity",
    400,
    "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS",
)
NOT_ATTACHABLE = Row("PolicyNotAttachable", 400, "{message}")
PASSWORD_VIOLATION = Row("PasswordPolicyViolation", 400, "{message}")
INVALID_CODE = RefusalRow("InvalidAuthenticationCode", 403, "{message}")
REPORT_NOT_PRESENT = Row(  # API_GetCredentialReport
    "ReportNotPresent", 410, "No report is present. Generate a new report with GenerateCredentialReport."
)
REPORT_EXPIRED = Row(
    "ReportExpired", 410, "The most recent credential report has expired. Generate a new one."
)
INVALID_USER_TYPE = Row("InvalidUserType", 400, "Only IAM Users can change their own password.")


def quota_exceeded(quota: str, limit: int) -> Exception:
    """Return the error for a quota, such as ``Cannot exceed quota for AccessKeysPerUser: 2``."""
    return LIMIT_EXCEEDED(message=f"Cannot exceed quota for {quota}: {limit}")
