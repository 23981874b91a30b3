"""Building an amphora image by Octavia's own diskimage-create.sh, in a process of its own."""
