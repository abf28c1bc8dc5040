"""Read policy documents, alone or as ``get-bucket-policy``, ``get-access-point-policy``, ``get-key-policy`` print them.

The document says what it is a policy of: a bucket or an access point names itself as the resource, a trust policy has
``sts:AssumeRole`` and no resource, a key policy has actions of KMS, and an identity policy has no principal. What is
left (a boundary, an SCP, an RCP, an endpoint policy) has the same form as another kind, and the file's name says it.
"""

from __future__ import annotations

import re

from mocks3.load.cli_output.fields import CliOutput, Fields, policy_of
from mocks3.load.descriptions import (
    AccessPointDescription,
    BucketDescription,
    HolderDescription,
    Json,
    KmsKeyDescription,
    OrganizationPolicyDescription,
    RoleDescription,
    VpcEndpointDescription,
)
from mocks3.load.documents import elements, statements
from mocks3.load.looks import SHOW, interpolation

_BUCKET = re.compile(r"arn:aws[a-z-]*:s3:::([^/*?$]+)(?:/.*)?", re.DOTALL)
_DIRECTORY = re.compile(r"arn:aws[a-z-]*:s3express:([a-z0-9-]+):(\d{12}):bucket/([^/*?$]+)")
_ACCESS_POINT = re.compile(
    r"arn:aws[a-z-]*:s3:([a-z0-9-]+):(\d{12}):accesspoint/([^/*?$]+)(?:/.*)?", re.DOTALL
)
_KEY = re.compile(r"arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):key/([^*?$]+)")
_WORDS = re.compile(r"[a-z0-9]+")


def in_output(found: Fields) -> None:
    """``{"Policy": TEXT}``: ``get-bucket-policy``, ``get-access-point-policy``, ``get-key-policy``."""
    document = policy_of(found.output, found.raw("Policy"), found.at("Policy"))
    if found.text("PolicyName") is not None:
        found.output.add(KmsKeyDescription(place=found.place, id=_key_named(document), policy=document))
        return
    if not _of_resource(found.output, document, found.at("Policy")):
        raise found.output.fault(
            "this is the output of a command that prints a policy, but its resources name no bucket, access point or "
            "KMS key",
            found.at("Policy"),
        )


def alone(found: Fields) -> None:
    """A policy document without an envelope."""
    output, document = found.output, found.output.written(found.value, found.pointer)
    expression = interpolation(output.text)
    if expression is not None:
        raise output.fault(f"the policy contains {expression}, which only Terraform can replace; {SHOW}")
    for name in found.value:
        found.raw(name)
    words = set(_WORDS.findall(_file_name(output)))
    if _is_trust(document):
        output.add(RoleDescription(place=found.place, name=None, trust=document))
    elif "rcp" in words:
        _organization_policy(found, "RESOURCE_CONTROL_POLICY")
    elif _has_principal(document):
        if not _of_resource(output, document, ""):
            _of_endpoint(found, words)
    elif words & {"scp", "scps"}:
        _organization_policy(found, "SERVICE_CONTROL_POLICY")
    elif "session" in words:
        output.skip(_file_name(output), "", "a session policy belongs to a call, not to the world")
    elif "boundary" in words:
        output.add(HolderDescription(place=found.place, boundary_document=document))
    else:
        name = _stem(output)
        output.add(HolderDescription(place=found.place, inline={name: document}))


def _organization_policy(found: Fields, kind: str) -> None:
    found.output.add(
        OrganizationPolicyDescription(
            place=found.place,
            id=f"p-{_stem(found.output)}",
            name=_stem(found.output),
            kind=kind,
            document=found.output.written(found.value, found.pointer),
        )
    )


def _of_endpoint(found: Fields, words: set[str]) -> None:
    """Add the policy of a VPC endpoint, if the file's name or an argument says that it is one."""
    output = found.output
    if words & {"vpc", "vpce", "endpoint"} or "vpc_endpoint" in output.options.names:
        output.add(
            VpcEndpointDescription(
                place=found.place, id=None, policy=found.output.written(found.value, found.pointer)
            )
        )
        return
    raise output.fault(
        "this policy names principals, but no bucket, access point or KMS key as its resource: is it the policy of a "
        "VPC endpoint (name the file vpc-endpoint.json, or give vpc_endpoint=) or a resource control policy (rcp.json)?"
    )


def _of_resource(output: CliOutput, document: Json, pointer: str) -> bool:
    """Add the policy to the resource that it names. Return False if it names none."""
    place = output.place(pointer)
    resources = set(elements(document, "Resource", "NotResource"))
    points = {
        (match[3], match[2], match[1]) for each in resources if (match := _ACCESS_POINT.fullmatch(each))
    }
    directories = {
        (match[3], match[2], match[1]) for each in resources if (match := _DIRECTORY.fullmatch(each))
    }
    buckets = {match[1] for each in resources if (match := _BUCKET.fullmatch(each))}
    if len(points) == 1:
        ((name, account, region),) = points
        output.add(
            AccessPointDescription(place=place, name=name, account=account, region=region, policy=document)
        )
    elif len(directories) == 1:
        ((name, account, region),) = directories
        output.add(BucketDescription(place=place, name=name, account=account, region=region, policy=document))
    elif len(buckets) == 1:
        output.add(BucketDescription(place=place, name=buckets.pop(), policy=document))
    elif any(action.lower().startswith("kms:") for action in elements(document, "Action", "NotAction")):
        output.add(KmsKeyDescription(place=place, id=_key_named(document), policy=document))
    elif len(buckets) > 1:
        raise output.fault(
            f"a bucket policy names one bucket, and this one names {', '.join(sorted(buckets))}", pointer
        )
    else:
        return False
    return True


def _key_named(document: Json) -> str | None:
    named = {each for each in elements(document, "Resource") if _KEY.fullmatch(each)}
    return named.pop() if len(named) == 1 else None


def _is_trust(document: Json) -> bool:
    actions = [action.lower() for action in elements(document, "Action")]
    return (
        bool(actions)
        and all(action.startswith("sts:") for action in actions)
        and not any(
            name in statement for statement in statements(document) for name in ("Resource", "NotResource")
        )
    )


def _has_principal(document: Json) -> bool:
    return any(name in each for each in statements(document) for name in ("Principal", "NotPrincipal"))


def _file_name(output: CliOutput) -> str:
    return output.file.replace("\\", "/").rpartition("/")[2].lower()


def _stem(output: CliOutput) -> str:
    name = output.file.replace("\\", "/").rpartition("/")[2]
    return re.sub(r"[^\w+=,.@-]", "-", name.partition(".")[0], flags=re.ASCII) or "inline"
