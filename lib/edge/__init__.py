"""What handshake and ingest are made of: lean clients, cached reads, and what they decide."""
