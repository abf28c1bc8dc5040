"""The operations of S3 Control: one function each, with its permission row in the decorator.

    public_access_block         Block Public Access of the account
    access_points               access points
    access_point_policies       their policies
    object_lambdas              Object Lambda access points
    multi_region_access_points  Multi-Region Access Points
    access_grants_instance      S3 Access Grants: the instance and its resource policy
    access_grants               S3 Access Grants: locations, grants, GetDataAccess
    access_grants_errors        their errors
    jobs                        jobs of S3 Batch Operations; ``mocks3.effects.jobs`` runs them
    storage_lens                Storage Lens configurations
    storage_lens_groups         Storage Lens groups
    tagging                     tags of resources
    paging                      lists in pages
    lookup                      helpers: find an access point or raise S3 Control's error

Rule 1: state is in ``mocks3.storage``, which the Python handles use too. Rule 2: an operation does not check
permissions; ``mocks3.access.s3control`` did. Rule 3: what is not here raises ``NotSupported``, which names it.
"""
