"""A stand-in for Cloud KMS: key rings, keys, versions, states and policies. It encrypts nothing.

It runs in the process of `python -m infra.local.secrets`.
"""
