"""Tags of roots, units, accounts and policies.

Source: API_TagResource, API_UntagResource, API_ListTagsForResource; AWS Organizations user guide, "Tagging AWS
Organizations resources". The sentence about duplicate keys as users of CloudFormation report it, the others are those
of API_InvalidInputException and API_ConstraintViolationException.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3.errors import Row
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, Need, On, When
from mocks3.organizations.lookup import CONSTRAINT, INVALID_INPUT, level_of, organization, page, store

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.iam.organizations import OrganizationRecord

MOST_TAGS = 50
"""How many tags a resource can have (AWS Organizations user guide, "Quotas")."""

TAGGING = Need(
    "organizations:TagResource",
    ACCOUNT,
    when=When("Tags are given", lambda parsed, target: bool(parsed.params.get("Tags"))),
)
"""The second permission of a call that creates something with tags."""


@operation(Need("organizations:TagResource", On.TAGGED_RESOURCE), service="organizations")
def tag_resource(call: Authorized, params: Params) -> Params:
    """Add tags to a root, unit, account or policy.

    Raises ``TargetNotFoundException``, ``InvalidInputException``, ``ConstraintViolationException``.
    """
    record = organization(call)
    resource = _resource(record, params)
    tags = {**record.tags.get(resource, {}), **given_tags(params)}
    if len(tags) > MOST_TAGS:
        raise CONSTRAINT(message="You have exceeded the number of tags allowed on this resource.")
    store(call, record.with_tags(resource, tags))
    return {}


@operation(Need("organizations:UntagResource", On.TAGGED_RESOURCE), service="organizations")
def untag_resource(call: Authorized, params: Params) -> Params:
    """Remove tags. A key that is not there changes nothing. Raises ``TargetNotFoundException``."""
    record = organization(call)
    resource = _resource(record, params)
    left = {
        key: value for key, value in record.tags.get(resource, {}).items() if key not in params["TagKeys"]
    }
    store(call, record.with_tags(resource, left))
    return {}


@operation(Need("organizations:ListTagsForResource", On.TAGGED_RESOURCE), service="organizations")
def list_tags_for_resource(call: Authorized, params: Params) -> Params:
    """List the tags of a root, unit, account or policy. Raises ``TargetNotFoundException``."""
    record = organization(call)
    tags = record.tags.get(_resource(record, params), {})
    return page(params, "Tags", [{"Key": key, "Value": value} for key, value in tags.items()])


def given_tags(params: Params) -> Mapping[str, str]:
    """Return the tags of a call. Raises ``InvalidInputException`` for duplicate and reserved keys."""
    keys = [tag["Key"] for tag in params.get("Tags", ())]
    if len(set(keys)) < len(keys):
        raise INVALID_INPUT(message="Your request includes duplicate tag keys.")
    if any(key.lower().startswith("aws:") for key in keys):
        raise INVALID_INPUT(message="You specified a tag key that is a system tag, which you can't change.")
    return {tag["Key"]: tag["Value"] for tag in params.get("Tags", ())}


def _resource(record: OrganizationRecord, params: Params) -> str:
    """Return the id that a call names. Raises ``TargetNotFoundException`` if nothing has it."""
    named: str = params["ResourceId"]
    if named not in record.policies:
        return level_of(record, named, "Target").id
    if record.policies[named].aws_managed:
        raise Row("InvalidInputException", 400, "You cannot change the tags of an AWS managed policy.")()
    return named
