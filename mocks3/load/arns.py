"""What ARNs say: accounts, Regions, and the parts of the names of managed policies."""

from __future__ import annotations


def account_in(arn: str | None) -> str | None:
    """Return the account in an ARN, or None."""
    parts = (arn or "").split(":", 5)
    return parts[4] if len(parts) == 6 and is_account(parts[4]) else None


def region_in(arn: str | None) -> str | None:
    """Return the Region in an ARN, or None."""
    parts = (arn or "").split(":", 5)
    return parts[3] or None if len(parts) == 6 else None


def is_account(text: str) -> bool:
    """Return whether a text is an account id: 12 digits."""
    return len(text) == 12 and text.isascii() and text.isdecimal()


def split_path(name: str) -> tuple[str, str]:
    """Return the IAM path and the name of ``PATH/NAME``."""
    path, _, last = name.rpartition("/")
    return (f"/{path}/" if path else "/"), last


def managed_policy(arn: str | None) -> tuple[str | None, str | None, str | None]:
    """Return the account (``aws`` for a policy of AWS), path and name in a managed policy's ARN."""
    parts = (arn or "").split(":", 5)
    if len(parts) != 6 or not parts[5].startswith("policy/"):
        return None, None, None
    path, name = split_path(parts[5].removeprefix("policy/"))
    return parts[4], path, name
