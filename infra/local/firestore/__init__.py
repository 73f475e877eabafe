"""A Firestore for one machine: gRPC for Google's clients, REST for the hot functions."""
