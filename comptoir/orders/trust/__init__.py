"""Who does not collect, as one shop remembers it: the rows, what it asks by them, their reads."""
