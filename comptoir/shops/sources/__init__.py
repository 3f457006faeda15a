"""Where the directory's facts come from beside the shops themselves, and under which licence."""
