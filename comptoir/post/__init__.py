"""Parcels: a day's post, from the shelf to the carrier, and what became of each parcel."""
