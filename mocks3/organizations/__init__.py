"""The operations of Organizations: one function each, with its permission row in the decorator.

    organization      the organization, its root and the types of policies
    units             organizational units, parents and children
    accounts          member accounts
    policies          policies
    attachments       policies at roots, units and accounts
    tagging           tags of roots, units, accounts and policies
    handshakes        invitations of accounts
    service_access, delegated_administrators
                      services with trusted access, and the member accounts that administer them
    lookup            helpers: find what a call names or raise the service's error; pages

Rule 1: state is in ``mocks3.storage.iam.organizations``, which the Python handles use too. Rule 2: an operation does
not check permissions; ``mocks3.access.organizations`` did. Rule 3: what is not here raises ``NotSupported``, which
names it.
"""
