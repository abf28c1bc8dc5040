"""Operations on objects, and on their versions, ACLs, tags, locks and annotations."""
