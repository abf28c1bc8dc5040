"""Say what a file looks like that cannot be loaded, and which command prints what is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

_HCL = re.compile(
    r'^\s*(?:resource|data|provider|module|variable|output)\s+"|^\s*(?:terraform|locals)\s*\{', re.M
)
_INTERPOLATION = re.compile(r"\$\{[^}:]*\.[^}:]*\}")
"""An expression of Terraform in a text, such as ``${aws_s3_bucket.logs.arn}``. Variables of IAM contain a colon."""
_TABLE = re.compile(r"^-{3,}\s*\n\|")
_TEXT = re.compile(r"^[A-Z]+\t")

SHOW = (
    "run 'terraform plan -out=plan.tfplan' and 'terraform show -json plan.tfplan', and load what the second command "
    "prints"
)
TERRAFORM = f"this is Terraform source; {SHOW}"
_PRINTED = "run the command with --output json"


def is_empty(text: str) -> bool:
    """Return whether a text has nothing but blanks."""
    return not text.strip("\ufeff \t\r\n")


def is_json(text: str) -> bool:
    """Return whether a text begins like a JSON object or list. A YAML document can begin so too, and then is JSON."""
    return text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[")


def of_text(text: str) -> str | None:
    """Return what a text that is not JSON looks like and what to do, or None."""
    if _HCL.search(text):
        return TERRAFORM
    if _TABLE.match(text):
        return f"this is what the AWS CLI prints with --output table; {_PRINTED}"
    if _TEXT.match(text):
        return f"this is what the AWS CLI prints with --output text; {_PRINTED}"
    if text.lstrip().startswith("<"):
        return f"this is XML or HTML; load what the AWS CLI prints: {_PRINTED}"
    return None


def interpolation(text: str) -> str | None:
    """Return the first expression of Terraform in the text of a policy, or None."""
    found = _INTERPOLATION.search(text)
    return None if found is None else found[0]


def of_value(value: Any) -> str:
    """Return what a document that fits no format looks like, and what to do."""
    if not isinstance(value, Mapping):
        kind = "a list" if isinstance(value, list) else "no JSON object"
        return f"this is {kind}; the AWS CLI, CloudFormation and Terraform print JSON objects"
    if _is_cloudtrail(value):
        return "this is a CloudTrail event; replay it: mocks3 replay FILE"
    if "lineage" in value and "serial" in value:
        return "this is Terraform's state file; run 'terraform show -json' and load what it prints"
    if is_cdk_app(value):
        return CDK_APP
    if "service" in value and "provider" in value:
        return (
            "this is a service of the Serverless Framework; run 'serverless package' and load "
            ".serverless/cloudformation-template-update-stack.json"
        )
    if "deployment" in value and "version" in value:
        return "this is a state of Pulumi, which mocks3 does not read; load what the AWS CLI prints"
    command = next(iter(commands(value)), None)
    if command is not None:
        return f"this looks like the output of '{command}', which mocks3 does not read"
    names = ", ".join(map(repr, list(value)[:6]))
    return (
        f"this fits no known format; its members are {names or 'none'}. mocks3 loads what the AWS CLI prints (such as "
        "aws s3api get-bucket-policy), policies, CloudFormation templates, and what terraform show -json prints"
    )


CDK_APP = "this is the configuration of a CDK app; run 'cdk synth' and load the folder cdk.out"


def is_cdk_app(value: Any) -> bool:
    """Return whether a document is cdk.json, which only CDK can evaluate."""
    return isinstance(value, Mapping) and "app" in value and ("context" in value or "watch" in value)


def _is_cloudtrail(value: Mapping[str, Any]) -> bool:
    def is_event(each: object) -> bool:
        return isinstance(each, Mapping) and ("eventSource" in each or "CloudTrailEvent" in each)

    listed = value.get("Records", value.get("Events"))
    inner = value.get("detail")
    return is_event(value) or is_event(inner) or (isinstance(listed, list) and any(map(is_event, listed)))


def commands(value: Mapping[str, Any]) -> Iterator[str]:
    """Yield the commands of the AWS CLI whose output can have these members."""
    from botocore import xform_name

    names = {name for name in value if name != "ResponseMetadata"}
    if not names:
        return
    for service, operation, members in _outputs():
        if names <= members:
            yield f"aws {'s3api' if service == 's3' else service} {xform_name(operation, '-')}"


@cache
def _outputs() -> tuple[tuple[str, str, frozenset[str]], ...]:
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    found = []
    for service in ("s3", "iam", "s3control", "kms", "organizations", "sts"):
        model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
        for name in model.operation_names:
            shape = model.operation_model(name).output_shape
            if shape is not None and name.startswith(("Get", "List", "Describe", "Head", "Generate")):
                found.append((service, name, frozenset(shape.members)))
    return tuple(found)
