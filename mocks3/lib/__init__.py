"""Tools that know nothing about S3: values, limits of types and formats, locks, checksums."""
