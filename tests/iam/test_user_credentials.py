"""Server certificates, signing certificates, SSH public keys and service-specific credentials through boto3."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from mocks3 import NotSupported

from .conftest import ACCOUNT, fault
from .keys import EXPIRES, certificate, dsa_key, ssh_key

MISSING = ("NoSuchEntity", 404)
LIMIT = ("LimitExceeded", 409)
CODECOMMIT, KEYSPACES = "codecommit.amazonaws.com", "cassandra.amazonaws.com"
NOT_PEM = "Unable to parse certificate. Please ensure the certificate is in PEM format."


def upload(iam: Any, name: str = "web", **members: Any) -> Any:
    body, key = certificate()
    return iam.upload_server_certificate(
        **{"ServerCertificateName": name, "CertificateBody": body, "PrivateKey": key, **members}
    )


class TestServerCertificates:
    def test_it_is_stored_without_its_private_key(self, iam) -> None:
        body, key = certificate()
        tags = [{"Key": "team", "Value": "blue"}]
        made = upload(iam, Path="/cloudfront/", CertificateChain=body, Tags=tags)
        metadata = made["ServerCertificateMetadata"]
        assert metadata["Arn"] == f"arn:aws:iam::{ACCOUNT}:server-certificate/cloudfront/web"
        assert metadata["ServerCertificateId"].startswith("ASCA")
        assert metadata["Expiration"] == EXPIRES
        found = iam.get_server_certificate(ServerCertificateName="web")["ServerCertificate"]
        assert found == {
            "ServerCertificateMetadata": metadata,
            "CertificateBody": body,
            "CertificateChain": body,
            "Tags": tags,
        }
        assert key not in str(iam.get_server_certificate(ServerCertificateName="web"))
        assert iam.get_account_summary()["SummaryMap"]["ServerCertificates"] == 1

    def test_the_list_is_by_name_and_under_a_path(self, iam) -> None:
        for name, path in (("b", "/"), ("a", "/x/"), ("c", "/x/")):
            upload(iam, name, Path=path)
        pages = iam.get_paginator("list_server_certificates").paginate(
            PathPrefix="/x/", PaginationConfig={"PageSize": 1}
        )
        found = [each["ServerCertificateMetadataList"] for each in pages]
        assert [[each["ServerCertificateName"] for each in page] for page in found] == [["a"], ["c"]]

    def test_a_renamed_one_keeps_its_id_and_tags(self, iam) -> None:
        first = upload(iam, Tags=[{"Key": "k", "Value": "v"}])["ServerCertificateMetadata"]
        iam.update_server_certificate(
            ServerCertificateName="web", NewServerCertificateName="WEB2", NewPath="/p/"
        )
        assert fault(iam.get_server_certificate, ServerCertificateName="web") == (
            *MISSING,
            "The Server Certificate with name web cannot be found.",
        )
        found = iam.get_server_certificate(ServerCertificateName="WEB2")["ServerCertificate"]
        metadata = found["ServerCertificateMetadata"]
        assert metadata["ServerCertificateId"] == first["ServerCertificateId"]
        assert metadata["Arn"] == f"arn:aws:iam::{ACCOUNT}:server-certificate/p/WEB2"
        assert found["Tags"] == [{"Key": "k", "Value": "v"}]

    @pytest.mark.parametrize(
        ("members", "error"),
        [
            ({"CertificateBody": "body"}, ("MalformedCertificate", 400, NOT_PEM)),
            (
                {"CertificateChain": "chain"},
                ("MalformedCertificate", 400, NOT_PEM.replace("certificate", "certificate chain")),
            ),
            (
                {"PrivateKey": "key"},
                (
                    "MalformedCertificate",
                    400,
                    "Unable to parse key. Please ensure the key is in PEM format.",
                ),
            ),
            (
                {"PrivateKey": certificate("other")[1]},
                ("KeyPairMismatch", 400, "The certificate and the private key do not match."),
            ),
            (
                {"ServerCertificateName": "TAKEN"},
                ("EntityAlreadyExists", 409, "The Server Certificate with name TAKEN already exists."),
            ),
        ],
        ids=["body", "chain", "key", "pair", "name"],
    )
    def test_what_is_refused(self, aws, iam, members: Any, error: Any) -> None:
        upload(iam, "taken")
        before = aws.snapshot().iam
        assert fault(lambda **given: upload(iam, **given), **members) == error
        assert aws.snapshot().iam == before

    def test_a_damaged_certificate_or_key_is_refused(self, iam) -> None:
        """One character is changed at a time. What is refused is refused with an error of IAM."""
        body, key = certificate()
        codes = set()
        for text, member in ((body, "CertificateBody"), (key, "PrivateKey")):
            for place in range(28, len(text) - 28, 5):
                damaged = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
                try:
                    upload(iam, f"n{place}-{member}", **{member: damaged})
                except iam.exceptions.ClientError as error:
                    codes.add(error.response["Error"]["Code"])
                else:
                    iam.delete_server_certificate(ServerCertificateName=f"n{place}-{member}")
        assert "MalformedCertificate" in codes
        assert codes <= {"MalformedCertificate", "KeyPairMismatch"}

    def test_a_name_that_is_taken_is_refused_when_one_is_renamed(self, iam) -> None:
        for name in ("a", "b"):
            upload(iam, name)
        code, _, message = fault(
            iam.update_server_certificate, ServerCertificateName="a", NewServerCertificateName="B"
        )
        assert (code, message) == (
            "EntityAlreadyExists",
            "The Server Certificate with name B already exists.",
        )

    def test_an_account_has_twenty(self, iam) -> None:
        for number in range(20):
            upload(iam, f"c{number}")
        assert fault(lambda: upload(iam, "c20")) == (
            *LIMIT,
            "Cannot exceed quota for ServerCertificatesPerAccount: 20",
        )


class TestSigningCertificates:
    def test_its_life(self, iam, user) -> None:
        body, _ = certificate()
        made = iam.upload_signing_certificate(UserName=user, CertificateBody=body)["Certificate"]
        assert (made["UserName"], made["Status"], made["CertificateBody"]) == (user, "Active", body)
        iam.update_signing_certificate(UserName=user, CertificateId=made["CertificateId"], Status="Inactive")
        [found] = iam.list_signing_certificates(UserName=user)["Certificates"]
        assert found == {**made, "Status": "Inactive"}
        iam.generate_credential_report()
        rows = list(csv.DictReader(io.StringIO(iam.get_credential_report()["Content"].decode())))
        [row] = [each for each in rows if each["user"] == user]
        assert (row["cert_1_active"], row["cert_2_active"]) == ("false", "false")
        assert row["cert_1_last_rotated"] != "N/A" == row["cert_2_last_rotated"]
        iam.delete_signing_certificate(UserName=user, CertificateId=made["CertificateId"])
        assert iam.list_signing_certificates(UserName=user)["Certificates"] == []

    def test_what_is_refused(self, iam, user) -> None:
        calls = {"UserName": user, "CertificateBody": "text"}
        assert fault(iam.upload_signing_certificate, **calls) == ("MalformedCertificate", 400, NOT_PEM)
        for name in ("one", "two"):
            iam.upload_signing_certificate(UserName=user, CertificateBody=certificate(name)[0])
        third = {"UserName": user, "CertificateBody": certificate("three")[0]}
        assert fault(iam.upload_signing_certificate, **third) == (
            *LIMIT,
            "Cannot exceed quota for CertificatesPerUser: 2",
        )
        iam.create_user(UserName="other")
        again = {"UserName": "other", "CertificateBody": certificate("one")[0]}
        assert fault(iam.upload_signing_certificate, **again)[:2] == ("DuplicateCertificate", 409)
        of_eve = iam.list_signing_certificates(UserName=user)["Certificates"][0]["CertificateId"]
        assert fault(iam.delete_signing_certificate, UserName="other", CertificateId=of_eve) == (
            *MISSING,
            f"The Certificate with id {of_eve} cannot be found.",
        )

    def test_the_root_user_can_have_one(self, iam) -> None:
        iam.upload_signing_certificate(CertificateBody=certificate()[0])
        [found] = iam.list_signing_certificates()["Certificates"]
        assert found["UserName"] == "root"
        assert iam.get_account_summary()["SummaryMap"]["AccountSigningCertificatesPresent"] == 1


class TestSshPublicKeys:
    def test_its_life(self, iam, user) -> None:
        body = ssh_key()
        made = iam.upload_ssh_public_key(UserName=user, SSHPublicKeyBody=f"{body} comment\n")["SSHPublicKey"]
        digest = hashlib.md5(base64.b64decode(body.split()[1])).hexdigest()
        assert made["SSHPublicKeyId"].startswith("APKA")
        assert made["SSHPublicKeyBody"] == body
        assert made["Fingerprint"].replace(":", "") == digest
        which = {"UserName": user, "SSHPublicKeyId": made["SSHPublicKeyId"]}
        pem = iam.get_ssh_public_key(**which, Encoding="PEM")["SSHPublicKey"]["SSHPublicKeyBody"]
        assert serialization.load_pem_public_key(pem.encode()) == serialization.load_ssh_public_key(
            body.encode()
        )
        assert iam.get_ssh_public_key(**which, Encoding="SSH")["SSHPublicKey"] == made
        iam.update_ssh_public_key(**which, Status="Inactive")
        [found] = iam.list_ssh_public_keys(UserName=user)["SSHPublicKeys"]
        assert (found["Status"], "SSHPublicKeyBody" in found) == ("Inactive", False)
        iam.delete_ssh_public_key(**which)
        assert fault(iam.delete_ssh_public_key, **which) == (
            *MISSING,
            f"The Public Key with id {made['SSHPublicKeyId']} cannot be found.",
        )
        again = iam.upload_ssh_public_key(UserName=user, SSHPublicKeyBody=pem)["SSHPublicKey"]
        assert again["Fingerprint"] == made["Fingerprint"]

    @pytest.mark.parametrize(
        "body",
        ["text", "ssh-rsa AAAA", "ssh-rsa ÿ", certificate()[0], ssh_key(0, 1024)],
        ids=["text", "cut", "not-ascii", "certificate", "short"],
    )
    def test_another_text_is_no_key(self, iam, user, body: str) -> None:
        assert fault(iam.upload_ssh_public_key, UserName=user, SSHPublicKeyBody=body)[:2] == (
            "InvalidPublicKey",
            400,
        )

    def test_a_key_of_another_algorithm_is_refused(self, iam, user) -> None:
        assert fault(iam.upload_ssh_public_key, UserName=user, SSHPublicKeyBody=dsa_key())[:2] == (
            "InvalidPublicKey",
            400,
        )

    def test_a_user_has_five_different_ones(self, iam, user) -> None:
        for number in range(5):
            iam.upload_ssh_public_key(UserName=user, SSHPublicKeyBody=ssh_key(number))
        assert fault(iam.upload_ssh_public_key, UserName=user, SSHPublicKeyBody=ssh_key(0))[0] == (
            "DuplicateSSHPublicKey"
        )
        assert fault(iam.upload_ssh_public_key, UserName=user, SSHPublicKeyBody=ssh_key(5)) == (
            *LIMIT,
            "Cannot exceed quota for SSHPublicKeysPerUser: 5",
        )


class TestServiceSpecificCredentials:
    def test_its_life(self, iam, user) -> None:
        made = iam.create_service_specific_credential(UserName=user, ServiceName=CODECOMMIT)[
            "ServiceSpecificCredential"
        ]
        assert made["ServiceUserName"] == f"{user}-at-{ACCOUNT}"
        which = {
            "UserName": user,
            "ServiceSpecificCredentialId": made["ServiceSpecificCredentialId"],
        }
        iam.update_service_specific_credential(**which, Status="Inactive")
        [found] = iam.list_service_specific_credentials(UserName=user)["ServiceSpecificCredentials"]
        assert (found["Status"], "ServicePassword" in found) == ("Inactive", False)
        reset = iam.reset_service_specific_credential(**which)["ServiceSpecificCredential"]
        assert reset["ServicePassword"] != made["ServicePassword"]
        assert {**reset, "ServicePassword": ""} == {**made, "ServicePassword": ""}
        iam.delete_service_specific_credential(**which)
        assert fault(iam.reset_service_specific_credential, **which) == (
            *MISSING,
            f"No such credential {made['ServiceSpecificCredentialId']} exists",
        )

    def test_a_user_has_two_for_each_service(self, iam, user) -> None:
        names = [
            iam.create_service_specific_credential(UserName=user, ServiceName=service)[
                "ServiceSpecificCredential"
            ]["ServiceUserName"]
            for service in (CODECOMMIT, CODECOMMIT, KEYSPACES)
        ]
        assert names == [f"{user}-at-{ACCOUNT}", f"{user}+1-at-{ACCOUNT}", f"{user}-at-{ACCOUNT}"]
        assert fault(iam.create_service_specific_credential, UserName=user, ServiceName=CODECOMMIT) == (
            *LIMIT,
            "Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2",
        )
        found = iam.list_service_specific_credentials(UserName=user, ServiceName=KEYSPACES)
        assert len(found["ServiceSpecificCredentials"]) == 1

    def test_other_services_have_none(self, aws, iam, user) -> None:
        message = "No such service s3.amazonaws.com is supported for Service Specific Credentials"
        for call in (iam.create_service_specific_credential, iam.list_service_specific_credentials):
            assert fault(call, UserName=user, ServiceName="s3.amazonaws.com") == (*MISSING, message)
        before = aws.snapshot().iam
        with pytest.raises(NotSupported, match="Amazon Bedrock"):
            iam.create_service_specific_credential(UserName=user, ServiceName="bedrock.amazonaws.com")
        with pytest.raises(NotSupported, match="AllUsers"):
            iam.list_service_specific_credentials(AllUsers=True)
        assert aws.snapshot().iam == before
