"""What becomes of the people of orders: erased when it is time, told and erased at their word.

- `erasure`: when an order's person is needed no more, and what goes then;
- `person`: all that orders keep of one person.
"""
