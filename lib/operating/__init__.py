"""What provision_bucket is made of: what operators order, and the plans that carry it out."""
