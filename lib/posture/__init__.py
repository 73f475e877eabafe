"""Posture: what we promise a tenant, checked against what is really there, now."""
