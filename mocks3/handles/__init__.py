"""What a test holds: the in-memory AWS, its accounts, principals, buckets, keys and access points."""
