"""Sealtape's shared library. Import-free, so that each function loads only what it needs."""
