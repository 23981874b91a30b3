"""Plans and carries them out so that nothing is lost: journal, resume, undo, lock."""
