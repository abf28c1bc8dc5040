"""Condition keys about organizations, and about the request's VPC endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mocks3.access.context.network import no_vpc_endpoint
from mocks3.access.context.principal import no_source, source_account, without_account
from mocks3.access.context.request_info import AuthorizationInfo, ConditionKey, RequestInfo, Values

if TYPE_CHECKING:
    from mocks3.storage.iam.guardrails import EndpointRecord

AccountOf = Callable[[AuthorizationInfo], "str | None"]


def _caller(auth: AuthorizationInfo) -> str | None:
    return auth.request_info.caller.account


def _owner(auth: AuthorizationInfo) -> str | None:
    return auth.owner


def _source(auth: AuthorizationInfo) -> str | None:
    account = source_account(auth)
    return account[0] if account else None


def vpc_endpoint_of(request_info: RequestInfo) -> EndpointRecord | None:
    """Return the request's VPC endpoint; None if it has none or ``aws.vpc_endpoint`` did not create it."""
    context = request_info.context
    given = context.keys.get("aws:sourcevpce")  # for example of aws.explain
    endpoint = given[0] if given else context.source_vpce if context.through_vpc_endpoint else None
    return None if endpoint is None else request_info.guardrails.endpoints.get(endpoint)


def _endpoint_owner(auth: AuthorizationInfo) -> str | None:
    record = vpc_endpoint_of(auth.request_info)
    return None if record is None else record.account


def _org_id(account_of: AccountOf) -> Callable[[AuthorizationInfo], Values | None]:
    def derive(auth: AuthorizationInfo) -> Values | None:
        organization = auth.request_info.guardrails.organization_of(account_of(auth))
        return None if organization is None else (organization.id,)

    return derive


def _org_paths(account_of: AccountOf) -> Callable[[AuthorizationInfo], Values | None]:
    def derive(auth: AuthorizationInfo) -> Values | None:
        account = account_of(auth)
        organization = auth.request_info.guardrails.organization_of(account)
        return None if organization is None or account is None else (organization.path(account),)

    return derive


def _no_organization(account_of: AccountOf, whose: str) -> Callable[[AuthorizationInfo], str]:
    def missing(auth: AuthorizationInfo) -> str:
        account = account_of(auth)
        return f"{whose} account {account} is in no organization" if account else without_account(auth)

    return missing


def _no_source_organization(auth: AuthorizationInfo) -> str:
    account = _source(auth)
    return f"the source's account {account} is in no organization" if account else no_source(auth)


def _no_known_endpoint(auth: AuthorizationInfo) -> str:
    """Say why a request has no key about its VPC endpoint's VPC, account or organization."""
    request_info = auth.request_info
    record = vpc_endpoint_of(request_info)
    if record is not None:
        return f"the endpoint's account {record.account} is in no organization"
    if request_info.context.through_vpc_endpoint:
        return "it came through a VPC endpoint that aws.vpc_endpoint did not create"
    return no_vpc_endpoint("")(auth)


def _source_vpc(auth: AuthorizationInfo) -> Values | None:
    """Return the VPC of the request context, else the VPC of the endpoint."""
    context, record = auth.request_info.context, vpc_endpoint_of(auth.request_info)
    if not context.through_vpc_endpoint:
        return None
    vpc = context.source_vpc or (record and record.vpc)
    return (vpc,) if vpc else None


def _source_vpc_arn(auth: AuthorizationInfo) -> Values | None:
    record = vpc_endpoint_of(auth.request_info)
    return None if record is None else (record.vpc_arn,)


def _vpce_account(auth: AuthorizationInfo) -> Values | None:
    account = _endpoint_owner(auth)
    return None if account is None else (account,)


ROWS = (
    ConditionKey(
        "aws:PrincipalOrgID",
        "String",
        _org_id(_caller),
        "global condition keys, W-94",
        missing=_no_organization(_caller, "the caller's"),
    ),
    ConditionKey(
        "aws:PrincipalOrgPaths",
        "String",
        _org_paths(_caller),
        "global condition keys",
        multivalued=True,
        missing=_no_organization(_caller, "the caller's"),
    ),
    ConditionKey(
        "aws:ResourceOrgID",
        "String",
        _org_id(_owner),
        "global condition keys",
        missing=_no_organization(_owner, "the resource's"),
    ),
    ConditionKey(
        "aws:ResourceOrgPaths",
        "String",
        _org_paths(_owner),
        "global condition keys",
        multivalued=True,
        missing=_no_organization(_owner, "the resource's"),
    ),
    ConditionKey("aws:SourceOrgID", "String", _org_id(_source), "P-9", missing=_no_source_organization),
    ConditionKey(
        "aws:SourceOrgPaths",
        "String",
        _org_paths(_source),
        "P-9",
        multivalued=True,
        missing=_no_source_organization,
    ),
    ConditionKey("aws:SourceVpc", "String", _source_vpc, "F-166", missing=_no_known_endpoint),
    ConditionKey(
        "aws:SourceVpcArn", "ARN", _source_vpc_arn, "global condition keys", missing=_no_known_endpoint
    ),
    ConditionKey(
        "aws:VpceAccount", "String", _vpce_account, "global condition keys", missing=_no_known_endpoint
    ),
    ConditionKey(
        "aws:VpceOrgID",
        "String",
        _org_id(_endpoint_owner),
        "global condition keys",
        missing=_no_known_endpoint,
    ),
    ConditionKey(
        "aws:VpceOrgPaths",
        "String",
        _org_paths(_endpoint_owner),
        "global condition keys",
        multivalued=True,
        missing=_no_known_endpoint,
    ),
)
