"""The callers that Principal and NotPrincipal elements tell apart."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Final

from mocks3.policy.elements import PrincipalElement, Statement
from mocks3.policy.principals import GrantKind, RequestPrincipal, aws_form

STRANGER: Final = "000000000000"
"""The account of a caller that no element names."""


def sample_principals(statements: Iterable[Statement]) -> tuple[RequestPrincipal, ...]:
    """Return callers that stand for all callers: those that elements name, and others of the same accounts.

    Args:
        statements: The statements of one or more policies.

    Returns:
        The callers. If no statement has a principal, one user.
    """
    statements = list(statements)
    elements = [each.principal for each in statements if each.principal is not None]
    if not elements:
        return (_user(STRANGER, "user"),)
    found = [each for element in elements for each in _named(element)]
    found += [
        _user(STRANGER, "stranger"),
        RequestPrincipal("anonymous", None, None),
        RequestPrincipal("service", "stranger.amazonaws.com", None),
    ]
    if any("Principal" in each.negations for each in statements):
        found += [
            dataclasses.replace(each, has_boundary=True) for each in found if each.kind in ("user", "session")
        ]
    return tuple(dict.fromkeys(found))


def _named(element: PrincipalElement) -> Iterator[RequestPrincipal]:
    for text in element.aws:
        yield from _of_aws(text)
    for text in element.canonical:
        yield RequestPrincipal("root", f"arn:aws:iam::{STRANGER}:root", STRANGER, canonical_id=text)
    for text in element.service:
        yield RequestPrincipal("service", text, None)


def _of_aws(text: str) -> Iterator[RequestPrincipal]:
    form = aws_form(text)
    if form is None or form is GrantKind.WILDCARD:
        return
    account = text if form is GrantKind.ACCOUNT and ":" not in text else text.split(":")[4]
    name = text.rpartition("/")[2]
    if form is GrantKind.USER:
        yield RequestPrincipal("user", text, account)
    elif form is GrantKind.ROLE:
        session = f"arn:aws:sts::{account}:assumed-role/{name}/session"
        yield RequestPrincipal("session", session, account, role_arn=text)
    elif form is GrantKind.SESSION:
        role = text.split("/")[1]
        yield RequestPrincipal("session", text, account, role_arn=f"arn:aws:iam::{account}:role/{role}")
        yield RequestPrincipal("session", text, account, role_arn=f"arn:aws:iam::{account}:role/path/{role}")
    elif form is GrantKind.FEDERATED:
        yield RequestPrincipal("federated-user", text, account)
    yield RequestPrincipal("root", f"arn:aws:iam::{account}:root", account)
    yield _user(account, "other")


def _user(account: str, name: str) -> RequestPrincipal:
    return RequestPrincipal("user", f"arn:aws:iam::{account}:user/{name}", account)
