"""Directory buckets: checks before policies, and permissions by session."""
