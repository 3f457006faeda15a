"""Webhooks by the standard: messages to other programs about what changes (docs/webhooks.md)."""
