"""The file of a directory: our own columns in CSV (`own`), or the sheet that an association has
(`file`), its headings guessed (`headings`) and its cells put as ours (`mends`)."""
