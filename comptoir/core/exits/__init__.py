"""Whether anything may leave this installation, and the gate of mails (of calls: `core.gate`)."""
