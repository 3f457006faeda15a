"""How a shop's till is connected: the tills that call by themselves, the agent on the till's PC."""
