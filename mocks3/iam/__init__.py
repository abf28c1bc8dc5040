"""The operations of IAM: one function each, with its permission row in the decorator.

    users, groups, roles, access_keys     principals and their keys
    inline_policies, managed_policies     policies, versions and attachments
    boundaries                            permissions boundaries
    instance_profiles, login_profiles     what belongs to roles and users
    mfa_devices, identity_providers       devices; OIDC and SAML providers
    server_certificates                   certificates for servers
    signing_certificates,                 credentials of users other than access keys; ``user_credentials`` has
      ssh_public_keys,                    what they share, ``public_keys`` reads certificates and keys
      service_credentials
    account, reports, simulation          settings; lists of everything; the policy simulator
    lookup, faults                        helpers: find an entity or raise IAM's error
    shapes, paging, tagging               helpers: outputs, pages, tags
    documents, elements                   policy documents, and what their statements may contain

Rule 1: state is in ``mocks3.storage.iam``, which the Python handles use too. Rule 2: an operation does not check
permissions; ``mocks3.access.iam`` did. Rule 3: what is not here raises ``NotSupported``, which names it.
"""
