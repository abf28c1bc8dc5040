"""KMS permissions: calls to KMS itself, and the keys that S3 uses for its caller."""
