"""The file of contracts: what the law has a shop keep of an order long after its reader is erased.

Source: code de la consommation, L213-1, D213-1 (120 euros or more), D213-2 (ten years).
"""
