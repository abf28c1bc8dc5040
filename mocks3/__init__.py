"""Amazon S3 inside your test process, with AWS-exact permissions, and it tells you why."""
