"""The HTTP/1.1 that every stand-in speaks: connections, requests, answers and routes."""
