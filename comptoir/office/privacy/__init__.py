"""Screens about people's data: the register, what to do after an incident, what was erased."""
