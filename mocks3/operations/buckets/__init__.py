"""Operations on buckets: create, delete, describe, ACL, policy, ownership, Block Public Access, versioning."""
