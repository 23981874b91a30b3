"""The amphora image: looking into image files, and hashing them."""
