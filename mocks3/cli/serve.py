"""``mocks3 serve``: serve an in-memory AWS over HTTP, until the process gets SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import shlex
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

    from mocks3.model.exchange import Exchange

HELP = "serve an in-memory AWS over HTTP, for programs and other languages"
DESCRIPTION = """\
Serve S3, STS and KMS over HTTP. The AWS is empty at the start, and its content is lost at the end. Print the
environment variables with which clients find the server, then a line for each request: time, method, path, operation,
principal, status and verdict. A denial is explained.
"""
EPILOG = """\
SIGTERM or Ctrl-C ends the server after the running requests. The exit code is then 0.

examples:
  mocks3 serve
  mocks3 serve --port 0 --tls       a free port, with TLS
"""
PORT = 9400


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the address and the settings."""
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"the port; 0 for a free one (default: {PORT})"
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1, this machine only)"
    )
    parser.add_argument("--tls", action="store_true", help="serve https; AWS_CA_BUNDLE names the certificate")
    parser.add_argument(
        "--strict", action="store_true", help="refuse access keys that the server did not issue"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until a signal arrives. Return 0."""
    from mocks3.handles.mock_aws import MockAWS
    from mocks3.handles.serving import server_class
    from mocks3.model.world import Settings

    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    printing = threading.Lock()

    def log(exchange: Exchange, message: str) -> None:
        from mocks3.server.log import entry

        with printing:
            print(entry(exchange, message), flush=True)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        aws = MockAWS(Settings(strict=options.strict))
        server = server_class()(aws, host=options.host, port=options.port, tls=options.tls, log=log)
        with server:
            for name, text in server.environment().items():
                print(f"export {name}={shlex.quote(text)}")
            print(f"mocks3 serves {server.url}. Press Ctrl-C to end.", flush=True)
            ended.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0
