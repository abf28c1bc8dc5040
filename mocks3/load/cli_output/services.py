"""Read what ``aws kms``, ``aws organizations``, ``aws ec2`` and ``aws sts`` print.

Source: the output of each operation in the API References of the services.
"""

from __future__ import annotations

from mocks3.load.arns import account_in, region_in
from mocks3.load.cli_output.fields import Fields
from mocks3.load.descriptions import (
    AccountDescription,
    GrantDescription,
    KmsKeyDescription,
    OrganizationDescription,
    OrganizationPolicyDescription,
    PolicyAttachmentDescription,
    VpcEndpointDescription,
)

POLICY_TYPES = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


def describe_key(found: Fields) -> None:
    """``kms describe-key``."""
    inside = found.inside("KeyMetadata")
    if inside is None:
        return
    arn, state = inside.text("Arn"), inside.text("KeyState")
    if inside.text("KeyManager") == "AWS":
        inside.done(*inside.value)  # AWS's own keys always exist
        return
    spec = inside.text("KeySpec") or inside.text("CustomerMasterKeySpec")
    if spec not in (None, "SYMMETRIC_DEFAULT"):
        inside.output.skip(inside.required("KeyId"), inside.at("KeySpec"), "S3 uses only symmetric keys")
        inside.done(*inside.value)
        return
    found.output.add(
        KmsKeyDescription(
            place=inside.place,
            id=inside.required("KeyId"),
            account=inside.text("AWSAccountId") or account_in(arn),
            region=region_in(arn),
            enabled=state not in ("Disabled",) if state else inside.flag("Enabled"),
            pending_deletion=state == "PendingDeletion" if state else None,
        )
    )
    inside.done(
        "Enabled", "CreationDate", "Description", "KeyUsage", "DeletionDate", "ValidTo", "Origin", "CustomKeyStoreId",
        "CloudHsmClusterId", "ExpirationModel", "CustomerMasterKeySpec", "EncryptionAlgorithms", "SigningAlgorithms",
        "KeyAgreementAlgorithms", "MultiRegion", "MultiRegionConfiguration", "PendingDeletionWindowInDays",
        "MacAlgorithms", "XksKeyConfiguration", "CurrentKeyMaterialId", "EncapsulationAlgorithms",
    )  # fmt: skip


def grants(found: Fields) -> None:
    """``kms list-grants``; ``list-keys`` has another shape."""
    for each in found.each("Grants"):
        if each.text("GranteeServicePrincipal") is not None:
            what = each.required("GranteeServicePrincipal")
            each.output.skip(
                what, each.at("GranteeServicePrincipal"), "S3's calls need no grant to an AWS service"
            )
            each.done(*each.value)
            continue
        constraints = each.raw("Constraints")
        each.output.add(
            GrantDescription(
                place=each.place,
                key=each.required("KeyId"),
                grantee=each.required("GranteePrincipal"),
                operations=each.texts("Operations"),
                constraints=constraints or None,
                id=each.text("GrantId"),
            )
        )
        each.done("Name", "CreationDate", "RetiringPrincipal", "RetiringServicePrincipal", "IssuingAccount")
    found.done("Truncated", "NextMarker")


def aliases(found: Fields) -> None:
    """``kms list-aliases``. Aliases of AWS's own keys need not be loaded."""
    for each in found.each("Aliases"):
        name, arn, key = each.required("AliasName"), each.text("AliasArn"), each.text("TargetKeyId")
        if key is not None and not name.startswith("alias/aws/"):
            each.output.add(
                KmsKeyDescription(
                    place=each.place,
                    id=key,
                    account=account_in(arn),
                    region=region_in(arn),
                    aliases=(name,),
                )
            )
        each.done("CreationDate", "LastUpdatedDate")
    found.done("Truncated", "NextMarker")


def keys(found: Fields) -> None:
    """``kms list-keys``. AWS managed keys are listed too, so a key exists only if another file describes it."""
    for each in found.each("Keys"):
        each.required("KeyId")
        each.done("KeyArn")
    found.done("Truncated", "NextMarker")


def organization(found: Fields) -> None:
    """``organizations describe-organization``."""
    inside = found.inside("Organization")
    if inside is None:
        return
    found.output.add(
        OrganizationDescription(
            place=inside.place,
            id=inside.required("Id"),
            management=inside.text("MasterAccountId") or inside.text("ManagementAccountId"),
        )
    )
    inside.done(
        "Arn", "FeatureSet", "MasterAccountArn", "MasterAccountEmail", "AvailablePolicyTypes",
        "ManagementAccountArn", "ManagementAccountEmail",
    )  # fmt: skip


def roots(found: Fields) -> None:
    """``organizations list-roots``."""
    for each in found.each("Roots"):
        types = []
        for kind in each.each("PolicyTypes"):
            if kind.text("Status") == "ENABLED":
                types.append(kind.required("Type"))
            kind.done("Type")
        each.output.add(
            OrganizationDescription(
                place=each.place, id=each.required("Id"), name=each.text("Name"), policy_types=tuple(types)
            )
        )
        each.done("Arn")


def parents(found: Fields) -> None:
    """``organizations list-parents``. It does not print whose parent it is."""
    for each in found.each("Parents"):
        each.output.add(OrganizationDescription(place=each.place, id=None, parent=each.required("Id")))
        each.done("Type")


def units(found: Fields) -> None:
    """``organizations list-organizational-units-for-parent``. It does not print the parent."""
    for each in found.each("OrganizationalUnits"):
        _unit(each)


def one_unit(found: Fields) -> None:
    """``organizations describe-organizational-unit``."""
    inside = found.inside("OrganizationalUnit")
    if inside is not None:
        _unit(inside)


def _unit(found: Fields) -> None:
    found.output.add(
        OrganizationDescription(place=found.place, id=found.required("Id"), name=found.text("Name"))
    )
    found.done("Arn", "Path")


def accounts(found: Fields) -> None:
    """``organizations list-accounts``, ``list-accounts-for-parent``."""
    for each in found.each("Accounts"):
        _account(each)


def one_account(found: Fields) -> None:
    """``organizations describe-account``."""
    inside = found.inside("Account")
    if inside is not None:
        _account(inside)


def _account(found: Fields) -> None:
    number, name = found.required("Id"), found.text("Name")
    found.output.add(
        OrganizationDescription(place=found.place, id=number),
        AccountDescription(place=found.place, id=number, name=name),
    )
    found.done("Arn", "Email", "Status", "State", "JoinedMethod", "JoinedTimestamp", "Paths")


def policy(found: Fields) -> None:
    """``organizations describe-policy``: the document is text in Content."""
    inside = found.inside("Policy")
    summary = None if inside is None else inside.inside("PolicySummary")
    if inside is None or summary is None:
        return
    kind = summary.text("Type")
    if kind in POLICY_TYPES:
        found.output.add(
            OrganizationPolicyDescription(
                place=inside.place,
                id=summary.required("Id"),
                name=summary.text("Name"),
                kind=kind,
                document=inside.policy("Content"),
            )
        )
    else:
        found.output.skip(str(kind), summary.at("Type"), "policies of this type do not limit calls of S3")
        inside.raw("Content")
    summary.done("Id", "Name", "Arn", "Description", "AwsManaged")
    inside.done()


def policies(found: Fields) -> None:
    """``organizations list-policies-for-target`` (attached to one target) or ``list-policies``."""
    name = found.output.file.lower().replace("\\", "/").rpartition("/")[2]
    by_type: dict[str, list[str]] = {}
    for each in found.each("Policies"):
        kind, policy_id = each.text("Type") or POLICY_TYPES[0], each.required("Id")
        by_type.setdefault(kind, []).append(policy_id)
        each.output.add(
            OrganizationPolicyDescription(place=each.place, id=policy_id, name=each.text("Name"), kind=kind)
        )
        each.done("Arn", "Description", "AwsManaged")
    if "target" in name:
        for kind, ids in by_type.items():
            found.output.add(
                PolicyAttachmentDescription(place=found.place, target=None, kind=kind, policies=tuple(ids))
            )


def targets(found: Fields) -> None:
    """``organizations list-targets-for-policy``. It does not print the policy."""
    ids = []
    for each in found.each("Targets"):
        ids.append(each.required("TargetId"))
        each.done("Arn", "Name", "Type")
    found.output.add(OrganizationPolicyDescription(place=found.place, id=None, targets=tuple(ids)))


def vpc_endpoints(found: Fields) -> None:
    """``ec2 describe-vpc-endpoints``. Endpoints of other services than S3 decide nothing about S3."""
    for each in found.each("VpcEndpoints"):
        service = each.text("ServiceName") or "s3"
        if service.rpartition(".")[2] not in ("s3", "s3express") and not service.endswith(
            ".s3-global.accesspoint"
        ):
            continue
        each.output.add(
            VpcEndpointDescription(
                place=each.place,
                id=each.required("VpcEndpointId"),
                vpc=each.text("VpcId"),
                account=each.text("OwnerId"),
                region=each.text("ServiceRegion") or _region_of_service(service),
                policy=each.policy("PolicyDocument"),
            )
        )
        each.done(
            "VpcEndpointType", "State", "RouteTableIds", "SubnetIds", "Groups", "IpAddressType", "DnsOptions",
            "PrivateDnsEnabled", "RequesterManaged", "NetworkInterfaceIds", "DnsEntries", "CreationTimestamp", "Tags",
            "LastError", "Ipv4Prefixes", "Ipv6Prefixes", "FailureReason", "ServiceNetworkArn",
            "ResourceConfigurationArn", "PayerResponsibility", "PayerResponsibilities",
        )  # fmt: skip


def _region_of_service(service: str) -> str | None:
    parts = service.split(".")
    return next((part for part in parts if part.count("-") >= 2), None)


def caller_identity(found: Fields) -> None:
    """``sts get-caller-identity``."""
    found.output.caller = found.required("Arn")
    found.output.add(AccountDescription(place=found.place, id=found.required("Account")))
    found.done("UserId")
