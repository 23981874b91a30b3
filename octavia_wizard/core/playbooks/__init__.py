"""Runs of OSA's playbooks: started so that they live on without the wizard, followed, recorded."""
