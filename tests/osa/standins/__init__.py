"""What stands in for OpenStack-Ansible on a tree: copied there, and run by the real Ansible."""
