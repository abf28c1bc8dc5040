"""Requests of browsers outside the API: CORS preflight requests and the static website endpoint.

Rule 1: this package grants no permissions. The pipeline reads the objects, with the caller's permissions (F-163,
F-164). Rule 2: the bucket's CORS and website configurations decide the response.

    cors        preflight requests, and the CORS headers of other responses
    website     index documents, redirects, error documents
    routing     routing rules and their redirects
"""

from __future__ import annotations

from collections.abc import Callable

from mocks3 import wire
from mocks3.access import explain_refusal
from mocks3.browsers.cors import add_cors_headers, answer_preflight, parsed_preflight
from mocks3.browsers.website import parsed_website_request, serve_website
from mocks3.errors import S3Error
from mocks3.model.exchange import Exchange
from mocks3.model.messages import WireRequest, WireResponse
from mocks3.model.world import World

__all__ = ["add_cors_headers", "answer", "is_meant"]


def is_meant(request: WireRequest) -> bool:
    """Return whether a request is a preflight or goes to a website endpoint."""
    return wire.is_to_website(request) or _is_preflight(request)


def answer(world: World, request: WireRequest, ask: Callable[[WireRequest], Exchange]) -> Exchange:
    """Answer a preflight, or a request to a website endpoint.

    Args:
        world: The in-memory AWS.
        request: The request.
        ask: Answers a request to the API; websites read their objects with it.

    Returns:
        The request and its answer.
    """
    exchange = Exchange(request)
    ahead = _is_preflight(request)
    page = wire.serialize_error_page if wire.is_to_website(request) else wire.serialize_error
    try:
        exchange.answer = (
            answer_preflight(world, request) if ahead else serve_website(world, request, _raising(ask))
        )
    except S3Error as error:
        exchange.error = error
        if ahead:  # the pipeline explains the errors of a website's reads
            explain_refusal(world, error, parsed_preflight(request), world.iam.anonymous())
        exchange.answer = page(request, error)._replace(decision=error.decision)
    exchange.parsed = parsed_preflight(request) if ahead else parsed_website_request(world, request)
    return exchange


def _is_preflight(request: WireRequest) -> bool:
    return request.method == "OPTIONS" and request.service == "s3"


def _raising(ask: Callable[[WireRequest], Exchange]) -> Callable[[WireRequest], WireResponse]:
    """Return the function that raises the error of a request to the API, or returns its answer."""

    def answered(request: WireRequest) -> WireResponse:
        exchange = ask(request)
        if exchange.error is not None:
            raise exchange.error
        return exchange.answer

    return answered
