"""Least privilege: the smallest identity policies that allow what a run allowed.

    decisions ─► usage ─► narrowing ─► verification ─► formats, reports
    (of a run)   (what each statement    (the smaller   (the run again, and
                  was needed for)         policies)      nothing more)

Rule 1: a smaller policy keeps the shape of the present one. Each of its statements is a part of one present statement:
actions and resources that were used, with the conditions of that statement. Deny statements stay as they are.
Rule 2: it allows all that the run allowed, and nothing that the present policy does not allow. Both are verified by the
engine.
Rule 3: a resource is folded to a prefix only by the rule in ``folding``.
"""
