"""Sealtape's shared library. Import-free on purpose: each function imports only the modules it needs."""
