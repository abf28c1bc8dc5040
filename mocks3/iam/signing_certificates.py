"""Signing certificates of users. They are records only: no request is signed with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import Row
from mocks3.iam import shapes
from mocks3.iam.faults import quota_exceeded
from mocks3.iam.lookup import account_of, iam_of, key_holder, now
from mocks3.iam.paging import paginate
from mocks3.iam.public_keys import read_certificate
from mocks3.iam.registering import iam_operation
from mocks3.iam.user_credentials import credential_of, credentials_of, put_status, shown_holder, status
from mocks3.model.permissions import Need, On
from mocks3.storage.iam.credentials import SigningCertificateRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

MOST_CERTIFICATES = 2
"""How many signing certificates a user can have (IAM user guide, "IAM and AWS STS quotas")."""

# API_UploadSigningCertificate, "Errors"; the sentence is inferred.
DUPLICATE = Row("DuplicateCertificate", 409, "The certificate is associated with another user.")

_MISSING = "The Certificate with id {} cannot be found."


@iam_operation(Need("iam:UploadSigningCertificate", On.USER))
def upload_signing_certificate(call: Authorized, params: Params) -> Params:
    """Store a certificate. Raises ``NoSuchEntity``, ``LimitExceeded``, ``MalformedCertificate``, ``Duplicate...``."""
    holder, iam, account, body = (
        key_holder(call, params),
        iam_of(call),
        account_of(call),
        params["CertificateBody"],
    )
    read_certificate(body)
    if any(each.body.strip() == body.strip() for each in iam.resources(SigningCertificateRecord, account)):
        raise DUPLICATE()
    if len(credentials_of(call, SigningCertificateRecord, holder)) >= MOST_CERTIFICATES:
        raise quota_exceeded("CertificatesPerUser", MOST_CERTIFICATES)
    unique = iam.new_unique_id("", account, holder) + iam.new_unique_id("", account, body)
    record = SigningCertificateRecord(account, unique, holder, now(), True, body)
    iam.put(record)
    return {"Certificate": _shown(call, params, record)}


@iam_operation(Need("iam:ListSigningCertificates", On.USER))
def list_signing_certificates(call: Authorized, params: Params) -> Params:
    """List the certificates of a user, with their bodies. Raises ``NoSuchEntity``."""
    records = credentials_of(call, SigningCertificateRecord, key_holder(call, params))
    shown = [_shown(call, params, each) for each in records]
    return paginate(params, "Certificates", shown, lambda each: each["CertificateId"])


@iam_operation(Need("iam:UpdateSigningCertificate", On.USER))
def update_signing_certificate(call: Authorized, params: Params) -> Params:
    """Activate or deactivate a certificate. Raises ``NoSuchEntity``."""
    return put_status(call, _certificate(call, params), params)


@iam_operation(Need("iam:DeleteSigningCertificate", On.USER))
def delete_signing_certificate(call: Authorized, params: Params) -> Params:
    """Delete a certificate. Raises ``NoSuchEntity``."""
    iam_of(call).remove(_certificate(call, params))
    return {}


def _certificate(call: Authorized, params: Params) -> SigningCertificateRecord:
    return credential_of(call, params, SigningCertificateRecord, "CertificateId", _MISSING)


def _shown(call: Authorized, params: Params, record: SigningCertificateRecord) -> Params:
    return {
        **shown_holder(call, params),
        "CertificateId": record.id,
        "CertificateBody": record.body,
        "Status": status(record),
        "UploadDate": shapes.date(record.created),
    }
