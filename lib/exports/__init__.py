"""Copies of recordings that a tenant takes along: written, downloaded in ranges, removed."""
