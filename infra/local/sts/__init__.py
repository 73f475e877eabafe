"""Stand-ins for the Security Token Service and the IAM Credentials API."""
