"""Special orders: what the shop orders of its suppliers for readers, and copies that have come.

- `copies`: copies that somebody has unpacked, held for who asked first.
"""
