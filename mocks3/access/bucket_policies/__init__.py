"""Bucket policies: what PutBucketPolicy accepts, which principals they name, and which of them are public."""
