"""Purchases at the counter.

- `lists`: what is to be ordered, of whom, and what was;
- `suppliers`: of whom the shop buys;
- `purchase`: one purchase, its files, what the supplier answers;
- `arrival`: unpacking by scan.
"""
