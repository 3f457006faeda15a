"""Telling other programs what changes: webhooks by the standard (docs/webhooks.md)."""
