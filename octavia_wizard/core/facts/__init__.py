"""What is, on the deploy host and in the cloud."""
