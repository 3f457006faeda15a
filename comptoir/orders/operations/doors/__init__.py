"""Reservations while doors are closed: the places of slots, and the deadlines.

- `places`: how many places of each slot are taken, counted under the turns of the slots;
- `slots`: a slot chosen, or moved, for an order that is placed;
- `switch`: doors closed and opened, and the job that goes through the orders;
- `deadlines`: what a closing or an opening makes of an order's deadline and of its slot.
"""
