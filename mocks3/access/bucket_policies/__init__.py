"""Bucket policies: which documents PutBucketPolicy accepts, which principals they name, which of them are public."""
