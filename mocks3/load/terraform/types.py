"""The types of resources and data sources that are read, and the rule for all others.

Rule: a type of another service has no effect on what S3 decides, and is skipped. A type of a service in ``DECIDING``
that has no row here is in ``unread``, unless it is in ``WITHOUT_EFFECT``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mocks3.load.descriptions import Description
from mocks3.load.terraform import access, buckets, keys, organizations, principals
from mocks3.load.terraform.block import Block

Reads = Callable[[Block], Iterator[Description]]

RESOURCES: dict[str, Reads] = {
    "aws_iam_access_key": principals.access_key,
    "aws_iam_group": principals.group,
    "aws_iam_group_membership": principals.group_membership,
    "aws_iam_group_policy": principals.inline_policy,
    "aws_iam_group_policy_attachment": principals.attachment,
    "aws_iam_instance_profile": principals.instance_profile,
    "aws_iam_policy": principals.managed_policy,
    "aws_iam_policy_attachment": principals.attachments,
    "aws_iam_role": principals.role,
    "aws_iam_role_policy": principals.inline_policy,
    "aws_iam_role_policy_attachment": principals.attachment,
    "aws_iam_service_linked_role": principals.service_linked_role,
    "aws_iam_user": principals.user,
    "aws_iam_user_group_membership": principals.user_groups,
    "aws_iam_user_policy": principals.inline_policy,
    "aws_iam_user_policy_attachment": principals.attachment,
    "aws_kms_alias": keys.alias,
    "aws_kms_external_key": keys.key,
    "aws_kms_grant": keys.grant,
    "aws_kms_key": keys.key,
    "aws_kms_key_policy": keys.key_policy,
    "aws_kms_replica_external_key": keys.key,
    "aws_kms_replica_key": keys.key,
    "aws_organizations_account": organizations.account,
    "aws_organizations_organization": organizations.organization,
    "aws_organizations_organizational_unit": organizations.unit,
    "aws_organizations_policy": organizations.policy,
    "aws_organizations_policy_attachment": organizations.policy_attachment,
    "aws_s3_access_point": access.access_point,
    "aws_s3_account_public_access_block": buckets.account_public_access_block,
    "aws_s3_bucket": buckets.bucket,
    "aws_s3_bucket_abac": buckets.abac,
    "aws_s3_bucket_accelerate_configuration": buckets.setting,
    "aws_s3_bucket_acl": buckets.bucket_acl,
    "aws_s3_bucket_cors_configuration": buckets.setting,
    "aws_s3_bucket_lifecycle_configuration": buckets.setting,
    "aws_s3_bucket_logging": buckets.logging,
    "aws_s3_bucket_notification": buckets.notification,
    "aws_s3_bucket_object": buckets.object_,
    "aws_s3_bucket_object_lock_configuration": buckets.setting,
    "aws_s3_bucket_ownership_controls": buckets.ownership_controls,
    "aws_s3_bucket_policy": buckets.bucket_policy,
    "aws_s3_bucket_public_access_block": buckets.public_access_block,
    "aws_s3_bucket_replication_configuration": buckets.setting,
    "aws_s3_bucket_request_payment_configuration": buckets.setting,
    "aws_s3_bucket_server_side_encryption_configuration": buckets.setting,
    "aws_s3_bucket_versioning": buckets.versioning,
    "aws_s3_bucket_website_configuration": buckets.setting,
    "aws_s3_directory_bucket": buckets.bucket,
    "aws_s3_object": buckets.object_,
    "aws_s3control_access_point_policy": access.access_point_policy,
    "aws_vpc_endpoint": access.vpc_endpoint,
    "aws_vpc_endpoint_policy": access.vpc_endpoint_policy,
}
"""How each type of resource is read."""

DATA_SOURCES: dict[str, Reads] = {
    "aws_iam_group": principals.group,
    "aws_iam_policy": principals.managed_policy,
    "aws_iam_role": principals.role,
    "aws_iam_user": principals.user,
    "aws_organizations_organization": organizations.organization,
    "aws_s3_bucket_policy": buckets.bucket_policy,
    "aws_vpc_endpoint": access.vpc_endpoint,
}
"""How each type of data source is read. A data source says what exists outside of the configuration."""

DECIDING = (
    "s3",
    "s3control",
    "s3outposts",
    "s3tables",
    "s3files",
    "s3vectors",
    "iam",
    "kms",
    "organizations",
)
"""The services whose resources S3 asks when it decides, as the names of types spell them."""

ALSO_DECIDING = frozenset(
    {
        "aws_cloudcontrolapi_resource",
        "aws_cloudformation_stack",
        "aws_cloudformation_stack_instances",
        "aws_cloudformation_stack_set",
        "aws_cloudformation_stack_set_instance",
        "aws_ssoadmin_account_assignment",
        "aws_ssoadmin_permission_set",
        "aws_ssoadmin_permission_set_inline_policy",
        "aws_ssoadmin_managed_policy_attachment",
        "aws_ssoadmin_customer_managed_policy_attachment",
    }
)
"""Types of other services that create roles, buckets or policies."""

WITHOUT_EFFECT = frozenset(
    {
        "aws_iam_account_alias",
        "aws_iam_account_password_policy",
        "aws_iam_group_policies_exclusive",
        "aws_iam_group_policy_attachments_exclusive",
        "aws_iam_openid_connect_provider",
        "aws_iam_organizations_features",
        "aws_iam_outbound_web_identity_federation",
        "aws_iam_role_policies_exclusive",
        "aws_iam_role_policy_attachments_exclusive",
        "aws_iam_saml_provider",
        "aws_iam_security_token_service_preferences",
        "aws_iam_server_certificate",
        "aws_iam_service_specific_credential",
        "aws_iam_signing_certificate",
        "aws_iam_user_login_profile",
        "aws_iam_user_policies_exclusive",
        "aws_iam_user_policy_attachments_exclusive",
        "aws_iam_user_ssh_key",
        "aws_iam_virtual_mfa_device",
        "aws_kms_ciphertext",
        "aws_kms_custom_key_store",
        "aws_organizations_aws_service_access",
        "aws_organizations_delegated_administrator",
        "aws_organizations_resource_policy",
        "aws_s3_bucket_analytics_configuration",
        "aws_s3_bucket_intelligent_tiering_configuration",
        "aws_s3_bucket_inventory",
        "aws_s3_bucket_metric",
        "aws_s3control_storage_lens_configuration",
    }
)
"""Types of these services that change nothing in what S3 decides."""

ATTRIBUTES_WITHOUT_EFFECT = frozenset(
    {
        "arn",
        "bucket_domain_name",
        "bucket_regional_domain_name",
        "bucket_region",
        "create_date",
        "description",
        "force_destroy",
        "hosted_zone_id",
        "id",
        "name_prefix",
        "owner_id",
        "region",
        "tags",
        "tags_all",
        "timeouts",
        "unique_id",
    }
)
"""Attributes that say nothing about a decision, for all types."""

OWN_WITHOUT_EFFECT: dict[str, frozenset[str]] = {
    "aws_iam_access_key": frozenset(
        {
            "encrypted_secret",
            "encrypted_ses_smtp_password_v4",
            "key_fingerprint",
            "pgp_key",
            "secret",
            "ses_smtp_password_v4",
        }
    ),
    "aws_iam_policy": frozenset({"attachment_count", "policy_id", "path_prefix"}),
    "aws_iam_role": frozenset({"force_detach_policies", "role_last_used"}),
    "aws_kms_alias": frozenset(),
    "aws_kms_external_key": frozenset(
        {
            "bypass_policy_lockout_safety_check",
            "deletion_window_in_days",
            "expiration_model",
            "key_material_base64",
            "key_spec",
            "key_state",
            "key_usage",
            "multi_region",
            "valid_to",
        }
    ),
    "aws_kms_grant": frozenset(
        {"grant_creation_tokens", "grant_token", "retire_on_delete", "retiring_principal"}
    ),
    "aws_kms_key": frozenset(
        {
            "bypass_policy_lockout_safety_check",
            "customer_master_key_spec",
            "deletion_window_in_days",
            "enable_key_rotation",
            "key_usage",
            "multi_region",
            "rotation_period_in_days",
        }
    ),
    "aws_kms_key_policy": frozenset({"bypass_policy_lockout_safety_check"}),
    "aws_kms_replica_key": frozenset(
        {
            "bypass_policy_lockout_safety_check",
            "deletion_window_in_days",
            "key_rotation_enabled",
            "key_spec",
            "key_usage",
            "primary_key_arn",
        }
    ),
    "aws_organizations_account": frozenset(
        {
            "close_on_deletion",
            "create_govcloud",
            "email",
            "govcloud_id",
            "iam_user_access_to_billing",
            "joined_method",
            "joined_timestamp",
            "role_name",
            "state",
            "status",
        }
    ),
    "aws_organizations_organization": frozenset(
        {
            "accounts",
            "aws_service_access_principals",
            "feature_set",
            "master_account_arn",
            "master_account_email",
            "master_account_name",
            "non_master_accounts",
            "return_organization_only",
        }
    ),
    "aws_organizations_organizational_unit": frozenset({"accounts"}),
    "aws_organizations_policy": frozenset({"skip_destroy"}),
    "aws_organizations_policy_attachment": frozenset({"skip_destroy"}),
    "aws_s3_access_point": frozenset(
        {"domain_name", "endpoints", "has_public_access_policy", "network_origin"}
    ),
    "aws_s3control_access_point_policy": frozenset({"has_public_access_policy"}),
    "aws_s3_bucket": frozenset({"bucket_namespace", "website_domain", "website_endpoint"}),
    "aws_s3_bucket_lifecycle_configuration": frozenset({"expected_bucket_owner"}),
    "aws_s3_bucket_object_lock_configuration": frozenset({"token"}),
    "aws_s3_bucket_public_access_block": frozenset({"skip_destroy"}),
    "aws_s3_bucket_replication_configuration": frozenset({"token"}),
    "aws_s3_bucket_website_configuration": frozenset({"website_domain", "website_endpoint"}),
    "aws_s3_bucket_object": frozenset({"content_base64", "etag", "source", "source_hash", "version_id"}),
    "aws_s3_directory_bucket": frozenset({"data_redundancy", "location", "type"}),
    "aws_s3_object": frozenset(
        {
            "checksum_crc32",
            "checksum_crc32c",
            "checksum_crc64nvme",
            "checksum_sha1",
            "checksum_sha256",
            "content_base64",
            "etag",
            "override_provider",
            "source",
            "source_hash",
            "version_id",
        }
    ),
    "aws_vpc_endpoint": frozenset(
        {
            "auto_accept",
            "cidr_blocks",
            "dns_entry",
            "dns_options",
            "filter",
            "ip_address_type",
            "network_interface_ids",
            "prefix_list_id",
            "private_dns_enabled",
            "requester_managed",
            "resource_configuration_arn",
            "route_table_ids",
            "security_group_ids",
            "service_network_arn",
            "service_region",
            "state",
            "subnet_configuration",
            "subnet_ids",
            "vpc_endpoint_type",
        }
    ),
}
"""Attributes that say nothing about a decision, by type."""

_SERVICE = re.compile(r"(?:aws|awscc)_([a-z0-9]+)_")


def reader_of(mode: str, kind: str) -> Reads | None:
    """Return how a type is read, or None."""
    return (DATA_SOURCES if mode == "data" else RESOURCES).get(kind)


def has_effect(mode: str, kind: str) -> bool:
    """Return whether resources of a type that is not read could change what S3 decides."""
    if mode == "data" or kind in WITHOUT_EFFECT:
        return False
    service = _SERVICE.match(kind)
    return kind in ALSO_DECIDING or (service is not None and service[1] in DECIDING)
