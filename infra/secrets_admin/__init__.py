"""What Secret Manager holds for Sealtape, and who reads which of it.

`python -m infra.secrets_admin` gives a project its first versions and prints what to pin.
"""
