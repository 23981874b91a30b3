"""What every Python on a host of a tree imports first."""
