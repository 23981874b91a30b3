"""Adopting what runs: from the operator's files and the cloud to answers that change nothing."""
