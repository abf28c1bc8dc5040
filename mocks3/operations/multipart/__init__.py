"""Operations of multipart uploads."""
