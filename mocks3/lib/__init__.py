"""Small tools without any meaning of S3: values, limits of types and formats, locks, checksums."""
