"""Buckets, keys and objects of tenants, as operations handle them."""
