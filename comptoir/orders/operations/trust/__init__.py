"""Who does not collect: remembered by the shop alone, and forgiven by it.

- `record`: that a copy waited in vain; what follows where its person asks again; forgetting;
- `again`: the shop trusts them again.
"""
