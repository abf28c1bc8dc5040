"""The operations of S3 Control: one function each, with its permission row in the decorator.

    public_access_block     Block Public Access of the account
    access_points           access points
    access_point_policies   their policies
    lookup                  helpers: find an access point or raise S3 Control's error

Rule 1: state is in ``mocks3.storage``, which the Python handles use too. Rule 2: an operation does not check
permissions; ``mocks3.access.s3control`` did. Rule 3: what is not here raises ``NotSupported``, which names it.
"""
