"""Operations that list buckets, objects and versions, page by page."""
