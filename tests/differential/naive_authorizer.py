"""The decision procedure of S3 authorization, written as simply as possible, without using mocks3.

`decide(world, caller, action, key)` is the procedure of docs/rules/evaluation.md, line by line, with the ACLs and the
Block Public Access settings that it refers to. All values are plain dicts:

    world   owner, org (its member accounts), scps (levels of lists of statements), rcps, endpoint (statements or
            None), ownership, policy (statements or None), bucket_acl, ignore, restrict (Block Public Access), and
            object: None, or {"owner", "acl"}. An ACL is a list of (account or group, permission).
    caller  kind, account, arn, user (its ARN, also of a federated user), role (its ARN), canonical, identity,
            boundary and session (statements or None), context
    answer  ("ALLOW", None); ("DENY", layer) for an explicit deny; (None, layer) for an implicit deny, with the layer
            if the procedure names one
"""

from __future__ import annotations

POLICY_CALLS = ("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy")

# The actions that each permission of an ACL grants.
BUCKET_ACL = {
    "READ": ("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"),
    "WRITE": ("s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"),
    "READ_ACP": ("s3:GetBucketAcl",),
    "WRITE_ACP": ("s3:PutBucketAcl",),
}
OBJECT_ACL = {
    "READ": ("s3:GetObject", "s3:GetObjectVersion"),
    "READ_ACP": ("s3:GetObjectAcl", "s3:GetObjectVersionAcl"),
    "WRITE_ACP": ("s3:PutObjectAcl", "s3:PutObjectVersionAcl"),
}

# E-61, E-62, E-65: the bucket owner's account decides, also about objects of other accounts.
BUCKET_OWNERS = {
    "s3:DeleteObject", "s3:DeleteObjectVersion",  # E-61
    "s3:RestoreObject",  # E-62
    "s3:GetObjectTagging", "s3:PutObjectTagging", "s3:DeleteObjectTagging",  # E-65
    "s3:GetObjectVersionTagging", "s3:PutObjectVersionTagging", "s3:DeleteObjectVersionTagging",
    "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts",
    "s3:GetObjectRetention", "s3:PutObjectRetention",  # OQ-4
    "s3:GetObjectLegalHold", "s3:PutObjectLegalHold", "s3:BypassGovernanceRetention",
}  # fmt: skip

# B-40: the condition keys of generated worlds that make a statement for everyone not public.
FIXING = ("aws:PrincipalArn", "aws:PrincipalAccount", "aws:SourceAccount")


# Policies (C-1 to C-49)


def listed(value):
    return value if isinstance(value, list) else [value]


def glob(pattern, text):
    if not pattern:
        return not text
    if pattern[0] == "*":
        return glob(pattern[1:], text) or (bool(text) and glob(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and glob(pattern[1:], text[1:])


def holds(operator, values, wanted):
    """Return whether one key matches under one operator. `values` is None if the request does not have the key."""
    if operator == "Null":
        return (values is None) == (wanted[0] == "true")
    if operator.endswith("IfExists"):
        return values is None or holds(operator.removesuffix("IfExists"), values, wanted)
    if "Not" in operator:
        return not holds(operator.replace("Not", ""), values, wanted)
    if operator in ("StringLike", "ArnLike", "ArnEquals"):
        return values is not None and any(glob(pattern, value) for pattern in wanted for value in values)
    assert operator == "StringEquals", operator
    return values is not None and any(value in wanted for value in values)


def forms(element, caller):
    """Return the kinds of principal with which an element names the caller (PE-1 to PE-20)."""
    if element == "*":
        return {"wild"}
    found = set()
    for name in listed(element.get("AWS", [])):
        if name == "*":
            found.add("wild")
        elif caller["kind"] == "anonymous":
            continue
        elif name in (caller["account"], f"arn:aws:iam::{caller['account']}:root"):
            found.add("account")
        elif name == caller["user"]:
            found.add("user")
        elif name == caller["role"]:
            found.add("role")
        elif name == caller["arn"]:
            found.add(caller["kind"])
    if caller["kind"] != "anonymous" and caller["canonical"] in listed(element.get("CanonicalUser", [])):
        found.add("account")
    return found


def names(statement, caller):
    """Return the kinds with which a statement names the caller; none if it does not."""
    if "Principal" in statement:
        return forms(statement["Principal"], caller)
    if "NotPrincipal" not in statement:
        return {"attached"}
    # PE-17: callers that are not listed at every level, and callers with a boundary.
    levels = {
        "root": {"account"},
        "user": {"user", "account"},
        "session": {"session", "role", "account"},
        "federated": {"federated", "account"},
        "anonymous": {"nobody can list it"},
    }
    spared = levels[caller["kind"]] <= forms(statement["NotPrincipal"], caller)
    return set() if spared and caller["boundary"] is None else {"wild"}


def matching(statements, effect, caller, action, resource):
    """Return for each statement of one effect that matches the request the kinds with which it names the caller."""
    found = []
    for statement in statements:
        applies = (
            statement["Effect"] == effect
            and any(glob(name.lower(), action.lower()) for name in statement["Action"])
            and any(glob(name, resource) for name in statement["Resource"])
            and all(
                holds(operator, caller["context"].get(key), listed(wanted))
                for operator, keys in statement.get("Condition", {}).items()
                for key, wanted in keys.items()
            )
        )
        if applies and names(statement, caller):
            found.append(names(statement, caller))
    return found


# ACLs and Block Public Access (B-2, B-4)


def acl_grants(world, caller, action):
    """Return the kinds of grants that allow the action: account, allusers, authusers."""
    existing = world["object"]
    if world["ownership"] == "BucketOwnerEnforced":
        return set()
    acl = world["bucket_acl"]
    permissions = [permission for permission, actions in BUCKET_ACL.items() if action in actions]
    if not permissions:
        acl = existing["acl"] if existing else []
        permissions = [permission for permission, actions in OBJECT_ACL.items() if action in actions]
    if not permissions or (permissions == ["WRITE"] and not write_counts(world, caller, action)):
        return set()
    found = set()
    for grantee, permission in acl:
        if permission not in (*permissions, "FULL_CONTROL"):
            continue
        if grantee == "AllUsers" and not world["ignore"]:
            found.add("allusers")
        if grantee == "AuthenticatedUsers" and not world["ignore"] and caller["kind"] != "anonymous":
            found.add("authusers")
        if grantee == caller["account"]:
            found.add("account")
    return found


def write_counts(world, caller, action):
    """Return whether WRITE on the bucket allows the action (OQ-3).

    Every grantee can write new keys. Existing objects need their owner or the bucket owner, versions the bucket owner.
    """
    mine, existing = caller["account"] == world["owner"], world["object"]
    if action == "s3:DeleteObjectVersion":
        return mine
    if existing is None:
        return mine or action == "s3:PutObject"
    return mine or caller["account"] == existing["owner"]


def is_public(statements):
    for statement in statements:
        element = statement.get("Principal")
        if statement["Effect"] != "Allow" or (element != "*" and "*" not in listed(element.get("AWS", []))):
            continue
        narrowed = any(
            operator in ("StringEquals", "StringLike", "ArnEquals", "ArnLike")
            and key in FIXING
            and not any(sign in value for value in listed(wanted) for sign in "*?$")
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
        if not narrowed:
            return True
    return False


# The procedure (docs/rules/evaluation.md)


def decide(world, caller, action, key=None, *, default_holder=False, own_account_only=False):
    asked = (caller, action, "arn:aws:s3:::bkt" + (f"/{key}" if key else ""))
    anonymous, root = caller["kind"] == "anonymous", caller["kind"] == "root"
    account, owner = caller["account"], world["owner"]
    identity, boundary, session = caller["identity"], caller["boundary"], caller["session"]
    policy = world["policy"] or []
    if root and account == owner and action in POLICY_CALLS:
        policy = []  # E-71
    scps = world["scps"] if account in world["org"] else None
    rcps = world["rcps"] if owner in world["org"] else []
    endpoint = world["endpoint"]

    # Step 1, in the order of X-44
    denying = [
        ("scp", [statement for level in scps or [] for statement in level]),
        ("rcp", rcps),
        ("vpc-endpoint", endpoint or []),
        ("resource", policy),
        ("identity", identity),
        ("boundary", boundary or []),
        ("session", session or []),
    ]
    for layer, statements in denying:
        if matching(statements, "Deny", *asked):
            return "DENY", layer
    # 2
    if scps is not None and not all(matching(level, "Allow", *asked) for level in scps):
        return None, "scp"
    if endpoint is not None and not matching(endpoint, "Allow", *asked):
        return None, "vpc-endpoint"
    # 2b
    if default_holder:
        return "ALLOW", None
    # 3
    bnd = boundary is None or bool(matching(boundary, "Allow", *asked))
    ses = session is None or bool(matching(session, "Allow", *asked))
    if caller["kind"] == "federated" and session is None:
        ses = False  # P-7
    full = bool(matching(identity, "Allow", *asked)) and bnd and ses
    # 2c
    if own_account_only:
        return ("ALLOW" if root or full else None), None
    rp = set().union(*matching(policy, "Allow", *asked))
    acl = acl_grants(world, caller, action)
    # 4
    existing = world["object"] if key else None
    bucket_owned = (
        world["ownership"] == "BucketOwnerEnforced"
        or existing is None
        or existing["owner"] == owner
        or action == "s3:PutObject"
        or action in BUCKET_OWNERS
    )

    def direct(rp):
        return bool(
            rp & {"session", "federated", "wild"}
            or ("user" in rp and caller["kind"] == "user")
            or ("role" in rp and bnd and ses)
            or ("user" in rp and caller["kind"] == "federated" and bnd and ses)
        )

    def normal(rp):
        if anonymous:
            return "wild" in rp or "allusers" in acl
        if account == owner:
            return root or full or direct(rp) or bool(acl & {"allusers", "authusers"})
        return (root or full) and bool(rp or acl)

    def foreign():
        if anonymous:
            return "allusers" in acl
        user_side = root or full or (account == owner and direct(rp))
        return user_side and (account == existing["owner"] or bool(acl))

    if not bucket_owned:
        return ("ALLOW" if foreign() else None), None
    if normal(rp) and world["restrict"] and is_public(policy) and account != owner and not normal(set()):
        return "DENY", "resource"  # B-4, B-22
    return ("ALLOW" if normal(rp) else None), None
