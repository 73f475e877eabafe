"""A stand-in for Cloud Storage's JSON API. It enforces what Sealtape's safety rests on.

Start it with `python -m infra.local.storage --port 0`; `__main__` lists the flags.
"""
