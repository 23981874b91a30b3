"""One look at many hosts by a single call of the real ``ansible``; nothing is changed on them."""
