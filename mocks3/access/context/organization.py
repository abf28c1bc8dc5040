"""Keys about organizations, and about the VPC endpoint that a request came through, as the world knows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mocks3.access.context.principal import source_account
from mocks3.access.context.scene import Asked, Row, Scene, Values

if TYPE_CHECKING:
    from mocks3.storage.iam.guardrails import EndpointRecord

AccountOf = Callable[[Asked], "str | None"]


def _caller(asked: Asked) -> str | None:
    return asked.scene.caller.account


def _owner(asked: Asked) -> str | None:
    return asked.owner


def _source(asked: Asked) -> str | None:
    account = source_account(asked)
    return account[0] if account else None


def endpoint(scene: Scene) -> EndpointRecord | None:
    """The endpoint that the request came through, if this world has it."""
    facts = scene.facts
    said = facts.keys.get("aws:sourcevpce")  # to aws.explain, say
    told = said[0] if said else facts.source_vpce if facts.through_endpoint else None
    return None if told is None else scene.guardrails.endpoints.get(told)


def _endpoint_owner(asked: Asked) -> str | None:
    record = endpoint(asked.scene)
    return None if record is None else record.account


def _org_id(account_of: AccountOf) -> Callable[[Asked], Values | None]:
    def derive(asked: Asked) -> Values | None:
        organization = asked.scene.guardrails.organization_of(account_of(asked))
        return None if organization is None else (organization.id,)

    return derive


def _org_paths(account_of: AccountOf) -> Callable[[Asked], Values | None]:
    def derive(asked: Asked) -> Values | None:
        account = account_of(asked)
        organization = asked.scene.guardrails.organization_of(account)
        return None if organization is None or account is None else (organization.path(account),)

    return derive


def _source_vpc(asked: Asked) -> Values | None:
    """As told, else the VPC of the endpoint."""
    facts, record = asked.scene.facts, endpoint(asked.scene)
    if not facts.through_endpoint:
        return None
    vpc = facts.source_vpc or (record and record.vpc)
    return (vpc,) if vpc else None


def _source_vpc_arn(asked: Asked) -> Values | None:
    record = endpoint(asked.scene)
    return None if record is None else (record.vpc_arn,)


def _vpce_account(asked: Asked) -> Values | None:
    account = _endpoint_owner(asked)
    return None if account is None else (account,)


ROWS = (
    Row("aws:PrincipalOrgID", "String", _org_id(_caller), "global condition keys, W-94"),
    Row("aws:PrincipalOrgPaths", "String", _org_paths(_caller), "global condition keys", multivalued=True),
    Row("aws:ResourceOrgID", "String", _org_id(_owner), "global condition keys"),
    Row("aws:ResourceOrgPaths", "String", _org_paths(_owner), "global condition keys", multivalued=True),
    Row("aws:SourceOrgID", "String", _org_id(_source), "P-9"),
    Row("aws:SourceOrgPaths", "String", _org_paths(_source), "P-9", multivalued=True),
    Row("aws:SourceVpc", "String", _source_vpc, "F-166"),
    Row("aws:SourceVpcArn", "ARN", _source_vpc_arn, "global condition keys"),
    Row("aws:VpceAccount", "String", _vpce_account, "global condition keys"),
    Row("aws:VpceOrgID", "String", _org_id(_endpoint_owner), "global condition keys"),
    Row("aws:VpceOrgPaths", "String", _org_paths(_endpoint_owner), "global condition keys", multivalued=True),
)
