"""Operations that list buckets, objects and versions in pages."""
