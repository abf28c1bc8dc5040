"""Commands ``aws SERVICE OPERATION``, such as ``aws s3api put-object`` and ``aws kms decrypt``.

An option has the name of its parameter in botocore's spelling with dashes: ``SSEKMSKeyId`` is ``--ssekms-key-id``.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore import xform_name

from mocks3.calls.command_line.command import Command
from mocks3.calls.command_line.parsing import Parser
from mocks3.calls.command_line.values import read_text, read_values
from mocks3.calls.service_call import POST_OBJECT, ServiceCall, no_operation, operations_of
from mocks3.errors import Mocks3Error

if TYPE_CHECKING:
    from botocore.model import Shape

_PAGING = ("--max-items", "--page-size", "--starting-token")
"""Options of lists, which the AWS CLI answers itself."""


def read_service_command(service: str, name: str, words: list[str]) -> Command:
    """Return the call of a command.

    Args:
        service: botocore's name of the service.
        name: The name of the operation, such as ``put-object``.
        words: The words after it.

    Raises:
        Mocks3Error: There is no such operation or option, or a value is not valid.
    """
    known = _operations(service)
    command = "s3api" if service == "s3" else service
    if name not in known:
        raise no_operation(service, name, known)
    call = ServiceCall(service, known[name])
    members = {f"--{xform_name(member, '-')}": member for member in call.members}
    parser = Parser(f"{command} {name}")
    options = set(parser._option_string_actions)
    for option, member in members.items():
        _add(parser, option, call.members[member], options)
    for option in ("--cli-input-json", *_PAGING):
        if option not in members:
            parser.add_argument(option)
    if _has_outfile(call):
        parser.add_argument("outfile", nargs="?")
    found = vars(parser.read(words))
    parameters: dict[str, Any] = {}
    if found.get("cli_input_json") is not None:
        parameters |= _input_json(found["cli_input_json"])
    for option, member in members.items():
        value = found.get(_destination(option))
        if value is not None:
            shape = call.members[member]
            parameters[member] = value if isinstance(value, bool) else _value(option, shape, value)
    call = call.with_parameters(**parameters)
    call.check()
    return Command((call,), bool(found["no_sign_request"]), found["region"])


@cache
def _operations(service: str) -> dict[str, str]:
    return {xform_name(name, "-"): name for name in operations_of(service) if name != POST_OBJECT}


def _destination(option: str) -> str:
    return f"parameter{option}"


def _add(parser: Parser, option: str, shape: Shape, taken: set[str]) -> None:
    if option in taken:
        return
    destination = _destination(option)
    if shape.type_name == "boolean":
        parser.add_argument(option, dest=destination, action="store_const", const=True)
        parser.add_argument(f"--no-{option[2:]}", dest=destination, action="store_const", const=False)
    else:
        parser.add_argument(option, dest=destination, nargs="*" if shape.type_name == "list" else None)


def _has_outfile(call: ServiceCall) -> bool:
    """Whether the command takes the name of a file for the body of the answer, as get-object does."""
    output = call.model.output_shape
    return output is not None and bool(call.model.has_streaming_output or call.model.has_event_stream_output)


def _value(option: str, shape: Shape, value: str | list[str]) -> Any:
    texts = value if isinstance(value, list) else [value]
    if shape.type_name == "blob" and shape.serialization.get("streaming"):
        return b""  # the name of a file, whose content decides no permission
    if shape.type_name == "blob":
        return read_text(option, texts[0]).encode("latin-1", "replace")
    return read_values(option, shape, texts)


def _input_json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(read_text("--cli-input-json", text))
    except ValueError as error:
        raise Mocks3Error(f"--cli-input-json is not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise Mocks3Error("--cli-input-json must be a JSON object")
    return value
