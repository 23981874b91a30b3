"""Proves that a deployment works: checks from the API to a load balancer that is created."""
