"""A stand-in for the metadata server: each service account has a port that hands out its tokens."""
