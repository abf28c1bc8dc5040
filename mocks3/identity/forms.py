"""Signed forms: a browser upload has a policy, which is signed with Version 4 or 2.

    x-amz-algorithm, x-amz-credential, x-amz-date, x-amz-signature    Version 4
    AWSAccessKeyId, signature                                         Version 2

The signature covers the field ``policy`` as it was sent, in base64. The signing time is not checked, because the
policy has an expiration (X-31). A form without any of these fields is anonymous (F-112). A form with a policy alone
is refused like one whose signer has no permission (recorded).

Source: sigv4-HTTPPOSTConstructPolicy; HTTPPOSTForms; R-83, R-84; F-110 to F-112.
"""

from __future__ import annotations

from mocks3.errors import MISSING_FORM_FIELD, Why
from mocks3.errors.refusals import ACCESS_DENIED
from mocks3.identity import form_policy, scope, sigv2, sigv4
from mocks3.identity.signed_request import SignedRequest
from mocks3.model.messages import Form
from mocks3.model.parsed import Parsed
from mocks3.model.signature import Signature

_V4 = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature")
_V2 = ("AWSAccessKeyId", "Signature")


def read(parsed: Parsed, form: Form) -> SignedRequest | None:
    """Return the signature of a form; None if the form has none."""
    if any(name.lower() in form.fields for name in _V4):
        return FormV4(parsed, form)
    if any(name.lower() in form.fields for name in _V2):
        return FormV2(parsed, form)
    if "policy" in form.fields:
        raise ACCESS_DENIED(
            Why(
                "signature",
                "the form has a policy and no signature",
                "F-111",
                ("sign the policy: generate_presigned_post does both",),
            )
        )
    return None


class _SignedForm(SignedRequest):
    """A form with a policy. Raises ``InvalidArgument`` for the first required field that is missing."""

    __slots__ = ("_form", "_parsed", "_policy", "_provided")

    def __init__(self, parsed: Parsed, form: Form, names: tuple[str, ...]) -> None:
        for name in (*names, "policy"):
            if name.lower() not in form.fields:
                raise MISSING_FORM_FIELD(field=name, ArgumentName=name, ArgumentValue=None)
        self._parsed = parsed
        self._form = form
        self._policy = form.fields["policy"]
        self._provided = form.fields[names[-1].lower()]
        self.token = form.fields.get("x-amz-security-token")

    def check_form_policy(self) -> None:
        """Check the form against its policy (F-111)."""
        form_policy.check_form(self._policy, self._form, str(self._parsed.address.bucket))


class FormV4(_SignedForm):
    """A form signed with Version 4."""

    __slots__ = ("_scope", "_signed_at", "_timestamp")

    def __init__(self, parsed: Parsed, form: Form) -> None:
        super().__init__(parsed, form, _V4)
        if form.fields["x-amz-algorithm"] != sigv4.ALGORITHM:
            raise scope.query_fault(f'X-Amz-Algorithm only supports "{sigv4.ALGORITHM}"')
        self._scope = scope.read(form.fields["x-amz-credential"], scope.query_error)
        self.access_key_id = self._scope.access_key_id
        self._timestamp = form.fields["x-amz-date"]
        self._signed_at = sigv4.parse_timestamp(self._timestamp)
        if self._signed_at is None:
            raise scope.query_fault("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")

    @property
    def signature(self) -> Signature:
        """How the form was signed: authentication type POST."""
        return Signature("POST", sigv4.ALGORITHM, self._signed_at, self.access_key_id, self._scope.region)

    def check_time_and_scope(self, region: str | None) -> None:
        """Check the scope's service, Region and date."""
        scope.check_scope(self._scope, region, "s3", scope.query_error)
        if self._scope.date != self._timestamp[:8]:
            raise scope.query_fault(scope.date_mismatch(self._scope, self._timestamp))

    def verify(self, secret: str) -> None:
        """Verify the signature of the policy. The error has the short form (R-2)."""
        signer = sigv4.signer(self._scope, secret)
        if not signer.matches(
            sigv2.text(self._policy), sigv4.TimestampedRequest(self._timestamp), self._provided
        ):
            raise sigv2.mismatch(self.access_key_id, self._policy, self._provided)


class FormV2(_SignedForm):
    """A form signed with Version 2."""

    __slots__ = ()

    def __init__(self, parsed: Parsed, form: Form) -> None:
        super().__init__(parsed, form, _V2)
        self.access_key_id = form.fields["awsaccesskeyid"]

    @property
    def signature(self) -> Signature:
        """How the form was signed: authentication type POST; the form has no signing time."""
        return Signature("POST", sigv2.VERSION, None, self.access_key_id)

    def check_time_and_scope(self, region: str | None) -> None:
        """Raise ``InvalidRequest`` if the Region does not accept Version 2."""
        sigv2.check_v2_accepted(region, True)

    def verify(self, secret: str) -> None:
        """Verify the signature of the policy, see :func:`sigv2.verify_text`."""
        sigv2.verify_text(self._policy, self.access_key_id, self._provided, secret)
