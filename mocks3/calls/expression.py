"""Read a call that is written as Python: ``GetObject(Bucket="data", Key="k")``.

The operation is AWS's name or the name of the boto3 method, with or without its service: ``s3.get_object``,
``kms:Decrypt``. Parameters are keyword arguments with literal values. ``datetime(2030, 1, 31)`` is a literal too.
"""

from __future__ import annotations

import ast
import datetime
import re
from functools import cache
from typing import Any

from botocore import xform_name

from mocks3.calls.service_call import ServiceCall, no_operation, operations_of
from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import suggestion
from mocks3.operations.registry import SERVICES

EXAMPLE = 'GetObject(Bucket="data", Key="k")'


def read_call(text: str) -> ServiceCall:
    """Return the call.

    Raises:
        Mocks3Error: The text is not a call with literal parameters, or there is no such operation or parameter.
    """
    called, service = text.strip(), "s3"
    prefixed = re.match(r"(client|aws|[a-z0-9-]+)[.:](?=\w+\s*(\(|$))", called)
    if prefixed is not None:
        called = called[prefixed.end() :]
        service = prefixed[1] if prefixed[1] not in ("client", "aws") else "s3"
        if service not in SERVICES:
            raise Mocks3Error(f"mocks3 has no service {service!r}{suggestion(service, SERVICES)}")
    if re.fullmatch(r"\w+", called):
        return ServiceCall(service, operation_named(service, called))
    node = _parsed(called, text)
    call = ServiceCall(service, operation_named(service, node.func.id))  # type: ignore[attr-defined]
    parameters: dict[str, Any] = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            raise Mocks3Error(f"a call must name its parameters, as in {EXAMPLE}, and not use **: {text!r}")
        parameters[keyword.arg] = _literal(keyword.value, f"the parameter {keyword.arg}")
    call = call.with_parameters(**parameters)
    call.check()
    return call


def operation_named(service: str, name: str) -> str:
    """Return AWS's name of an operation, from that name or from the one of the boto3 method.

    Raises:
        Mocks3Error: The service has no such operation.
    """
    methods = _methods(service)
    found = methods.get(name) or next((each for each in methods.values() if each == name), None)
    if found is None:
        raise no_operation(service, name, methods if name == name.lower() else methods.values())
    return found


@cache
def _methods(service: str) -> dict[str, str]:
    return {xform_name(name): name for name in operations_of(service)}


def _parsed(called: str, text: str) -> ast.Call:
    try:
        node = ast.parse(called, mode="eval").body
    except (SyntaxError, ValueError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
        raise Mocks3Error(f"a call must be written as in {EXAMPLE}, not {text!r}: {reason}") from None
    except (MemoryError, RecursionError):
        raise Mocks3Error(f"the call is nested too deeply; a call is written as in {EXAMPLE}") from None
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        raise Mocks3Error(f"a call must be written as in {EXAMPLE}, not {text!r}")
    if node.args:
        raise Mocks3Error(
            f"a call must name its parameters, as in {EXAMPLE}: {ast.unparse(node.args[0])!r} has no name"
        )
    return node


def _literal(node: ast.expr, what: str) -> Any:
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("datetime", "datetime.datetime"):
        try:
            year, month, day, *time = [ast.literal_eval(each) for each in node.args]
            hour, minute, second, micro = (*time, 0, 0, 0, 0)[:4]
            return datetime.datetime(year, month, day, hour, minute, second, micro, datetime.UTC)
        except (TypeError, ValueError) as error:
            raise Mocks3Error(f"{what} is not a valid datetime: {error}") from None
    if isinstance(node, ast.Dict):
        if any(each is None for each in node.keys):
            raise Mocks3Error(f"{what} must be a literal value without **")
        names = [_literal(each, what) for each in node.keys if each is not None]
        return dict(zip(names, [_literal(each, what) for each in node.values], strict=True))
    if isinstance(node, ast.List | ast.Tuple):
        return [_literal(each, what) for each in node.elts]
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise Mocks3Error(f"{what} must be a literal value, not {ast.unparse(node)}") from None
