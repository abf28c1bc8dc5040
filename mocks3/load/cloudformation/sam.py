"""Expand a template of the AWS Serverless Application Model (SAM) to CloudFormation.

AWS's own library does it, aws-sam-translator: roles of functions and state machines, policy templates such as
S3ReadPolicy, Globals, connectors, and the notifications of buckets become what a deployment creates.
Sources: the SAM specification; "AWS SAM policy templates".

Rule 1: code is not part of the decision, so that local paths of code, which only ``sam package`` can upload, are
replaced.
Rule 2: the library raises many kinds of exceptions for malformed templates. Each is a fault that names its cause.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mocks3.errors import Mocks3Error
from mocks3.load.cloudformation.physical import Environment
from mocks3.policy.reading import escaped, unescaped

_INLINE = {"InlineCode": "-", "Handler": "index.handler", "Runtime": "python3.12"}
_S3 = "s3://bucket/key"
_WHAT = "Transform AWS::Serverless"
_LOCAL = {
    "AWS::Serverless::Api": ("DefinitionUri",),
    "AWS::Serverless::HttpApi": ("DefinitionUri",),
    "AWS::Serverless::GraphQLApi": ("SchemaUri",),
    "AWS::Serverless::LayerVersion": ("ContentUri",),
    "AWS::Serverless::StateMachine": ("DefinitionUri",),
}
"""The members with paths of local files, by type."""


class Fault(NamedTuple):
    """What was not understood, why, and the JSON pointer to it."""

    what: str
    reason: str
    pointer: str = "/Transform"


class Expanded(NamedTuple):
    """A template without the transform of SAM.

    ``origin`` returns the pointer in the file from which the value at a pointer was made.
    """

    template: Mapping[str, Any]
    origin: Callable[[str], str]
    faults: tuple[Fault, ...] = ()


def expand(template: Mapping[str, Any], environment: Environment) -> Expanded:
    """Return a template of SAM as CloudFormation creates it.

    Raises:
        Mocks3Error: aws-sam-translator is not installed.
    """
    try:
        from samtranslator.model.exceptions import InvalidDocumentException
    except ImportError:
        raise Mocks3Error(
            "reading a template of SAM needs AWS's library: pip install 'mocks3[sam]'"
        ) from None
    try:
        translated = _translate(_prepared(template), environment)
    except InvalidDocumentException as error:
        causes = error.causes or [error]
        return Expanded(_without_serverless(template), str, tuple(_fault(each) for each in causes))
    except Exception as error:  # Rule 2
        fault = Fault(_WHAT, f"aws-sam-translator failed: {type(error).__name__}: {error}")
        return Expanded(_without_serverless(template), str, (fault,))
    return Expanded(translated, _origin(template.get("Resources")))


def _translate(template: dict[str, Any], environment: Environment) -> Mapping[str, Any]:
    from boto3.session import Session
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.arn_generator import ArnGenerator
    from samtranslator.translator.translator import Translator

    logging.getLogger("samtranslator").addHandler(logging.NullHandler())
    # The library keeps the first Region that it sees for the whole process.
    ArnGenerator.BOTO_SESSION_REGION_NAME = environment.region
    session = Session(region_name=environment.region)
    translator = Translator(None, Parser(), boto_session=session)
    declared = template.get("Parameters")
    names = declared if isinstance(declared, dict) else ()
    given = {name: environment.values[name] for name in names if name in environment.values}
    found: dict[str, Any] = translator.translate(template, given)
    return found


def _prepared(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy with local paths of code replaced by code that the library accepts."""
    found = copy.deepcopy(dict(template))
    defaults = found.get("Globals")
    if isinstance(defaults, dict) and isinstance(defaults.get("Function"), dict):
        _without_code(defaults["Function"])
    resources = found.get("Resources")
    for body in resources.values() if isinstance(resources, dict) else ():
        properties = body.get("Properties") if isinstance(body, dict) else None
        if isinstance(body, dict) and properties is None:
            properties = body["Properties"] = {}
        if not isinstance(properties, dict):
            continue
        kind = body.get("Type")
        if kind == "AWS::Serverless::Function":
            _without_code(properties)
            properties.update(_INLINE)
        for name in _LOCAL.get(str(kind), ()):
            if isinstance(properties.get(name), str):
                properties[name] = _S3
    return found


def _without_code(properties: dict[str, Any]) -> None:
    for name in ("CodeUri", "ImageUri", "InlineCode", "PackageType", "ImageConfig", "Layers"):
        properties.pop(name, None)


def _without_serverless(template: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in template.items() if name not in ("Transform", "Globals")}


def _fault(error: Any) -> Fault:
    logical_id = getattr(error, "_logical_id", None)
    if not isinstance(logical_id, str):
        return Fault(_WHAT, str(error.message))
    return Fault(f"{_WHAT} {logical_id}", str(error.message), f"/Resources/{escaped(logical_id)}")


def _origin(resources: Any) -> Callable[[str], str]:
    """Return a function from pointers in the expanded template to those in the file.

    The name of a resource that the library adds begins with the logical id of the one that it is made for.
    """
    known = sorted(resources, key=len, reverse=True) if isinstance(resources, Mapping) else []
    changed = {
        name
        for name in known
        if isinstance(resources[name], Mapping)
        and str(resources[name].get("Type")).startswith("AWS::Serverless::")
    }

    def origin(pointer: str) -> str:
        steps = pointer.split("/")
        if len(steps) < 3 or steps[1] != "Resources":
            return pointer
        logical_id = unescaped(steps[2])
        if logical_id in known and logical_id not in changed:
            return pointer
        made_for = next((each for each in known if logical_id.startswith(each)), None)
        return pointer if made_for is None else f"/Resources/{escaped(made_for)}"

    return origin
