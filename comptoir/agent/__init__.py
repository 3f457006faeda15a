"""The agent: sends what a till exports on the shop's own PC, each file exactly once.

It stands alone: the standard library, click, and `core.stillness`. `agent/pyproject.toml` makes a
small package of it, `comptoir-agent`, that needs neither Django nor PostgreSQL.
"""
