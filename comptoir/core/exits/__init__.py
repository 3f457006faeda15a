"""Whether anything may leave this installation, and the gate of mails; `core.gate` is that of calls."""
