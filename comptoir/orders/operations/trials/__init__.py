"""Reservations that staff place to see how one goes, before the first reader comes."""
