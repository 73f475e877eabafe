"""Who calls, and what that account may do: shared by all stand-ins that enforce IAM."""
