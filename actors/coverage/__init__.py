"""Where and when nothing is open: computed from the hours of the directory, at each reading."""
