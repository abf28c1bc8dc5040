"""Server certificates. They are records only: mocks3 has no servers that use them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.iam import shapes
from mocks3.iam.faults import ENTITY_EXISTS, NO_SUCH_ENTITY, quota_exceeded
from mocks3.iam.lookup import account_of, iam_of, now
from mocks3.iam.paging import paginate, under_path
from mocks3.iam.public_keys import check_private_key, expiration, read_certificate
from mocks3.iam.registering import iam_operation
from mocks3.iam.tagging import TAGGED, given_tags, tag_list, tag_page, with_tags, without_tags
from mocks3.model.permissions import Need, On
from mocks3.storage.iam.credentials import ServerCertificateRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

MOST_CERTIFICATES = 20
"""How many server certificates an account can have (IAM user guide, "IAM and AWS STS quotas")."""


@iam_operation(
    Need("iam:UploadServerCertificate", On.NEW_SERVER_CERTIFICATE),
    Need("iam:TagServerCertificate", On.NEW_SERVER_CERTIFICATE, when=TAGGED),
)
def upload_server_certificate(call: Authorized, params: Params) -> Params:
    """Store a certificate. Raises ``EntityAlreadyExists``, ``MalformedCertificate``, ``KeyPairMismatch``."""
    iam, account, name = iam_of(call), account_of(call), params["ServerCertificateName"]
    certificate = read_certificate(params["CertificateBody"])
    check_private_key(certificate, params["PrivateKey"])
    if "CertificateChain" in params:
        read_certificate(params["CertificateChain"], "certificate chain")
    _require_free(call, name)
    if len(iam.resources(ServerCertificateRecord, account)) >= MOST_CERTIFICATES:
        raise quota_exceeded("ServerCertificatesPerAccount", MOST_CERTIFICATES)
    record = ServerCertificateRecord(
        account,
        name,
        params.get("Path", "/"),
        iam.new_unique_id("ASCA", account, name),
        params["CertificateBody"],
        params.get("CertificateChain"),
        now(),
        expiration(certificate),
        given_tags(params),
    )
    iam.put(record)
    return {"ServerCertificateMetadata": _metadata(record), **_tags(record)}


@iam_operation(Need("iam:GetServerCertificate", On.SERVER_CERTIFICATE))
def get_server_certificate(call: Authorized, params: Params) -> Params:
    """Return a certificate without its private key. Raises ``NoSuchEntity``."""
    record = _certificate(call, params)
    chain = {} if record.chain is None else {"CertificateChain": record.chain}
    return {
        "ServerCertificate": {
            "ServerCertificateMetadata": _metadata(record),
            "CertificateBody": record.body,
            **chain,
            **_tags(record),
        }
    }


@iam_operation(Need("iam:ListServerCertificates", On.SERVER_CERTIFICATES))
def list_server_certificates(call: Authorized, params: Params) -> Params:
    """List the certificates under a path, by name."""
    records = under_path(params, iam_of(call).resources(ServerCertificateRecord, account_of(call)))
    shown = [_metadata(each) for each in records]
    return paginate(params, "ServerCertificateMetadataList", shown, lambda each: each["ServerCertificateId"])


@iam_operation(Need("iam:UpdateServerCertificate", On.SERVER_CERTIFICATE))
def update_server_certificate(call: Authorized, params: Params) -> Params:
    """Rename a certificate, or move it to another path. Raises ``NoSuchEntity``, ``EntityAlreadyExists``."""
    record, iam = _certificate(call, params), iam_of(call)
    name = params.get("NewServerCertificateName", record.name)
    if name.lower() != record.name.lower():
        _require_free(call, name)
    iam.remove(record)
    iam.put(dataclasses.replace(record, name=name, path=params.get("NewPath", record.path)))
    return {}


@iam_operation(Need("iam:DeleteServerCertificate", On.SERVER_CERTIFICATE))
def delete_server_certificate(call: Authorized, params: Params) -> Params:
    """Delete a certificate. Raises ``NoSuchEntity``."""
    iam_of(call).remove(_certificate(call, params))
    return {}


@iam_operation(Need("iam:TagServerCertificate", On.SERVER_CERTIFICATE))
def tag_server_certificate(call: Authorized, params: Params) -> Params:
    """Add tags to a certificate. Raises ``NoSuchEntity``, ``InvalidInput``, ``LimitExceeded``."""
    record = _certificate(call, params)
    iam_of(call).put(dataclasses.replace(record, tags=with_tags(record.tags, params)))
    return {}


@iam_operation(Need("iam:UntagServerCertificate", On.SERVER_CERTIFICATE))
def untag_server_certificate(call: Authorized, params: Params) -> Params:
    """Remove tags of a certificate. Raises ``NoSuchEntity``."""
    record = _certificate(call, params)
    iam_of(call).put(dataclasses.replace(record, tags=without_tags(record.tags, params)))
    return {}


@iam_operation(Need("iam:ListServerCertificateTags", On.SERVER_CERTIFICATE))
def list_server_certificate_tags(call: Authorized, params: Params) -> Params:
    """List the tags of a certificate, by key. Raises ``NoSuchEntity``."""
    return tag_page(params, _certificate(call, params).tags)


def _certificate(call: Authorized, params: Params) -> ServerCertificateRecord:
    name = params["ServerCertificateName"]
    record = iam_of(call).resource_named(ServerCertificateRecord, account_of(call), name)
    if record is None:
        raise NO_SUCH_ENTITY(message=f"The Server Certificate with name {name} cannot be found.")
    return record


def _require_free(call: Authorized, name: str) -> None:
    if iam_of(call).resource_named(ServerCertificateRecord, account_of(call), name) is not None:
        raise ENTITY_EXISTS(message=f"The Server Certificate with name {name} already exists.")


def _metadata(record: ServerCertificateRecord) -> Params:
    return {
        "Path": record.path,
        "ServerCertificateName": record.name,
        "ServerCertificateId": record.unique_id,
        "Arn": record.arn,
        "UploadDate": shapes.date(record.uploaded),
        "Expiration": record.expires,
    }


def _tags(record: ServerCertificateRecord) -> Params:
    return {"Tags": tag_list(record.tags)} if record.tags else {}
