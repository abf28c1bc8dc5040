"""The policy language, written as simply as possible, slow, and without using mocks3.

`verdict(question)` takes a question in the format of `tests/policy/vectors.jsonl` and returns one of three verdicts. It
follows docs/rules/principals.md, evaluation.md and conditions.md, and has none of the engine's optimizations.
"""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from decimal import Decimal
from ipaddress import ip_address, ip_network

ANY, ONE = object(), object()


def listed(value):
    return value if isinstance(value, list) else [value]


def statements(policies):
    return [(p, s) for p in policies for s in listed(p["Statement"])]


def fits(pattern, text):
    """Return whether a list of characters and wildcards matches a text, by tracking all positions at once."""
    ends = [1] + [0] * len(text)
    for symbol in pattern:
        if symbol is ANY:
            ends = [int(any(ends[: i + 1])) for i in range(len(ends))]
        else:
            ends = [0] + [int(ends[i] and symbol in (ONE, text[i])) for i in range(len(text))]
    return bool(ends[-1])


def symbols(text, ask, wild=True):
    """Return the pattern for this request, or None if a variable has no value. `ask` is None without variables."""
    found, place = [], 0
    while place < len(text):
        if ask is not None and text.startswith("${", place):
            variable = re.compile(r"\$\{([^{}',]*)(?:,\s*'([^']*)'\s*)?\}").match(text, place)
            if not variable:
                return None
            name, default = variable.groups()
            value = name if name in ("*", "?", "$") and default is None else ask(name.strip())
            value = default if value is None else value
            if value is None:
                return None
            found += value
            place = variable.end()
        else:
            found.append({"*": ANY, "?": ONE}.get(text[place], text[place]) if wild else text[place])
            place += 1
    return found


def number(text):
    return Decimal(text) if re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", text) else None


def date(text):
    if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]+)?", text):
        return Decimal(text)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?", text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    elapsed = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    return Decimal(elapsed.days * 86400 + elapsed.seconds) + Decimal(elapsed.microseconds) / 10**6


def binary(text):
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def inside(value, block):
    try:
        return ip_address(value) in ip_network(block, strict=False)
    except ValueError:
        return False


def arn_fits(pattern, value):
    parts, seen = [[]], value.split(":", 5)
    for symbol in pattern:
        if symbol == ":" and len(parts) < 6:
            parts.append([])
        else:
            parts[-1].append(symbol)
    return len(parts) == len(seen) == 6 and all(map(fits, parts, seen))


def parsed(parse, compare):
    return lambda value, wanted, ask: None not in (a := parse(value), b := parse(wanted)) and compare(a, b)


def texts(compare, wild=False):
    return lambda value, wanted, ask: (p := symbols(wanted, ask, wild)) is not None and compare(p, value)


ORDERS = {
    "Equals": lambda a, b: a == b,
    "LessThan": lambda a, b: a < b,
    "LessThanEquals": lambda a, b: a <= b,
    "GreaterThan": lambda a, b: a > b,
    "GreaterThanEquals": lambda a, b: a >= b,
}
POSITIVE = {
    "StringEquals": texts(lambda p, v: "".join(p) == v),
    "StringEqualsIgnoreCase": texts(lambda p, v: "".join(p).lower() == v.lower()),
    "StringLike": texts(fits, wild=True),
    "ArnLike": texts(arn_fits, wild=True),
    "ArnEquals": texts(arn_fits, wild=True),
    "Bool": lambda v, w, _: v.lower() == w.lower() and v.lower() in ("true", "false"),
    "BinaryEquals": parsed(binary, lambda a, b: a == b),
    "IpAddress": lambda v, w, _: inside(v, w),
    **{"Numeric" + name: parsed(number, compare) for name, compare in ORDERS.items()},
    **{"Date" + name: parsed(date, compare) for name, compare in ORDERS.items()},
}


def holds(operator, key, wanted, context, ask):
    wanted = [str(w).lower() if isinstance(w, bool) else str(w) for w in listed(wanted)]
    values = context.get(key.lower()) or []
    if operator == "Null":
        return any(w.lower() == ("false" if values else "true") for w in wanted)
    prefix, _, name = operator.rpartition(":")
    base = name.removesuffix("IfExists")
    positive = base.replace("NotEquals", "Equals").replace("NotLike", "Like").replace("NotIp", "Ip")
    negated = positive != base
    if not values:
        return name.endswith("IfExists") or prefix == "ForAllValues" or (negated and prefix != "ForAnyValue")
    one = [any(POSITIVE[positive](v, w, ask) for w in wanted) != negated for v in values]
    # Without a set operator, a positive operator needs one matching value and a negated one needs none (C-44).
    return all(one) if prefix == "ForAllValues" or (negated and not prefix) else any(one)


def names(statement, principal, bounded):
    """Return the forms in which Principal names the caller; for NotPrincipal 'wildcard' if it does not exclude it."""
    negated = "NotPrincipal" in statement
    element = statement["NotPrincipal" if negated else "Principal"]
    kind, arn, account = principal["kind"], principal["arn"] or "", principal["account"]
    aws = [] if element == "*" else listed(element.get("AWS", []))
    canonical = [] if element == "*" else listed(element.get("CanonicalUser", []))
    service = [] if element == "*" else listed(element.get("Service", []))
    root = f"arn:{([*arn.split(':'), '', ''])[1]}:iam::{account}:root"
    user = arn.replace(":sts:", ":iam:").replace("federated-user", "user")
    signed = kind not in ("anonymous", "service")
    forms = {
        "account": signed and (account in aws or root in aws),
        "canonical": signed and principal.get("canonical_id") in canonical,
        "user": kind in ("user", "federated-user") and user in aws,
        "federated": kind == "federated-user" and arn in aws,
        "session": kind == "session" and arn in aws,
        "role": kind == "session" and principal.get("role_arn") in aws,
        "service": kind == "service" and arn in service,
    }
    allowing = statement["Effect"] == "Allow" or negated
    everyone = element == "*" or ("*" in aws and not (allowing and kind == "service"))
    if not negated:
        return {form for form, named in forms.items() if named} | ({"wildcard"} if everyone else set())
    owner = forms["account"] or forms["canonical"]
    spared = {
        "user": forms["user"] and owner,
        "session": forms["session"] and forms["role"] and owner,
        "federated-user": forms["federated"] and owner,
        "root": owner,
        "service": forms["service"],
        "anonymous": False,
    }
    return {"wildcard"} if bounded or not (everyone or spared[kind]) else set()


def applies(policy, statement, request):
    context = {key.lower(): values for key, values in request["context"].items()}
    several = {key.lower() for key in request["multivalued"]}

    def value(name):
        values = [] if name.lower() in several else context.get(name.lower()) or []
        return values[0] if len(values) == 1 else None

    ask = value if policy.get("Version") == "2012-10-17" else None

    def resource_fits(text):
        missing = 5 - text.count(":")
        completed = text + ":*" * missing if text.startswith("arn:") else text
        return pattern_fits(text) or pattern_fits(completed)

    def pattern_fits(text):
        head, part = (
            (text, "")
            if text.count(":") < 5
            else (":".join(text.split(":", 5)[:5]) + ":", text.split(":", 5)[5])
        )
        pattern = symbols(part, ask)
        wide = re.fullmatch(r"[^:]*:[^:]*:([^:]*):(?:::\*|\*:\*:\*)", text)
        if request["resource"] == "*" and wide and wide[1].lower() == request["action"].split(":")[0].lower():
            return True
        return pattern is not None and fits(symbols(head, None) + pattern, request["resource"])

    action = request["action"].lower()
    a, r = ("NotAction" in statement, "NotResource" in statement)
    if (
        any(fits(symbols(t.lower(), None), action) for t in listed(statement["NotAction" if a else "Action"]))
        == a
    ):
        return False
    if any(map(resource_fits, listed(statement["NotResource" if r else "Resource"]))) == r:
        return False
    block = statement.get("Condition", {})
    return all(holds(op, key, block[op][key], context, ask) for op in block for key in block[op])


def verdict(question):
    request = question["request"]
    principal, kind = request["principal"], request["principal"]["kind"]
    person, bounded = (
        kind in ("user", "session", "federated-user"),
        bool(question.get("permission_boundaries")),
    )
    own = {
        # The session policy of a root user is the task policy of AssumeRoot.
        layer: question.get(layer, []) if person or (kind, layer) == ("root", "session_policies") else []
        for layer in ("identity_policies", "session_policies", "permission_boundaries")
    }
    scps = [level["policies"] for level in question.get("scps", [])] if person or kind == "root" else []
    rcps = [policy for level in question.get("rcps", []) for policy in level["policies"]]
    endpoint = question.get("vpce_policies", [])
    resource = [question["resource_policy"]] if "resource_policy" in question else []

    def matching(policies, effect):
        return [s for p, s in statements(policies) if s["Effect"] == effect and applies(p, s, request)]

    def naming(policies, effect):
        return [n for s in matching(policies, effect) if (n := names(s, principal, bounded))]

    nameless = [policy for layer in own.values() for policy in layer] + [p for level in scps for p in level]
    if matching(nameless, "Deny") or naming(rcps + endpoint + resource, "Deny"):
        return "EXPLICITLY_DENIED"
    if not all(matching(level, "Allow") for level in scps) or (endpoint and not naming(endpoint, "Allow")):
        return "IMPLICITLY_DENIED"
    bnd = all(matching([boundary], "Allow") for boundary in own["permission_boundaries"])
    sessions = own["session_policies"]
    ses = bool(matching(sessions, "Allow")) if sessions else kind != "federated-user"
    full = bool(matching(own["identity_policies"], "Allow")) and bnd and ses
    rp = set().union(*naming(resource, "Allow"))
    if kind in ("anonymous", "service"):
        allowed = bool(rp & {"wildcard", "service"})
    elif principal["account"] == request["resource_account"]:
        direct = rp & {"session", "federated", "wildcard"} or ("user" in rp and kind == "user")
        limited = rp & {"role", "user"} and bnd and ses
        allowed = kind == "root" or full or bool(direct) or bool(limited)
    else:
        allowed = (kind == "root" or full) and bool(rp)
    return "ALLOWED" if allowed else "IMPLICITLY_DENIED"
