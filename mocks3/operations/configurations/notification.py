"""The check of a notification configuration, of both generations. Source: API_PutBucketNotificationConfiguration.

The mock (``world``) says whether a queue, topic or function exists and whether its policy allows S3. The form of an ARN
is checked even if ``SkipDestinationValidation`` is set. Error messages as recorded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT, MALFORMED_XML
from mocks3.operations.configurations.document import Content
from mocks3.operations.configurations.ids import with_ids

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized

_ARN = r"arn:aws[a-z-]*:{}:[a-z0-9-]*:\d{{12}}:{}"
_KINDS = (
    ("QueueConfigurations", "QueueArn", "Queue", re.compile(_ARN.format("sqs", r"[\w.-]+"), re.ASCII)),
    ("TopicConfigurations", "TopicArn", "Topic", re.compile(_ARN.format("sns", r"[\w.-]+"), re.ASCII)),
    (
        "LambdaFunctionConfigurations",
        "LambdaFunctionArn",
        "CloudFunction",
        re.compile(_ARN.format("lambda", r"function:[\w-]+(:[\w$-]+)?"), re.ASCII),
    ),
)
"""The lists of a document; for each, the member with the destination, its XML element, and the form of its ARN."""


def check(call: Authorized, content: Content) -> Content | None:
    """Check the ARN of every destination and the filter rules. Return None for an empty document: it deletes."""
    if not content:
        return None
    stored = dict(content)
    for member, destination, element, arn in _KINDS:
        if member not in content:
            continue
        for configuration in content[member]:
            if not arn.fullmatch(configuration[destination]):
                raise INVALID_ARGUMENT(
                    message="The ARN could not be parsed",
                    ArgumentName=element,
                    ArgumentValue=configuration[destination],
                )
        stored[member] = with_ids(call.bucket.name, map(_with_filter, content[member]), "Id")
    if not call.parsed.params.get("SkipDestinationValidation"):
        _check_destinations(call, content)
    return stored


def _check_destinations(call: Authorized, content: Content) -> None:
    """Raise ``InvalidArgument`` with every destination to which S3 cannot send."""
    named: dict[str, str] = {}
    for member, destination, _element, _arn in _KINDS:
        for configuration in content.get(member, ()):
            arn = configuration[destination]
            refused = call.world.refused_destination(call.bucket, arn)
            if refused is not None:
                number = len(named) // 2 + 1
                named[f"ArgumentName{number}"] = f"{arn}, null" if ":lambda:" in arn else arn
                named[f"ArgumentValue{number}"] = refused
    if named:
        raise INVALID_ARGUMENT(message="Unable to validate the following destination configurations", **named)


def _with_filter(configuration: Content) -> Content:
    """Return the configuration with the filter rule names that S3 returns: ``Prefix``, ``Suffix`` (recorded)."""
    rules = ((configuration.get("Filter") or {}).get("Key") or {}).get("FilterRules")
    if not rules:
        return configuration
    return {**configuration, "Filter": {"Key": {"FilterRules": [_rule(rule) for rule in rules]}}}


def _rule(rule: Content) -> Content:
    if "Name" not in rule or "Value" not in rule:
        raise MALFORMED_XML()
    if rule["Name"].lower() not in ("prefix", "suffix"):
        raise INVALID_ARGUMENT(
            message="filter rule name must be either prefix or suffix",
            ArgumentName="FilterRule.Name",
            ArgumentValue=rule["Name"],
        )
    return {"Name": rule["Name"].capitalize(), "Value": rule["Value"]}
