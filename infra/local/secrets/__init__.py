"""A stand-in for Secret Manager. Its process serves Cloud KMS, too.

Start it with `python -m infra.local.secrets --port 0`; `__main__` lists the flags.
"""
