"""What a test uses: ``MockAWS``, accounts, principals, buckets, access points, KMS keys and expectations."""
