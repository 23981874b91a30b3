"""The steps of a deployment, one module each."""
