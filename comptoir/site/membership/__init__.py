"""Joining: a shop asks, or claims its listing; mailboxes say yes."""
