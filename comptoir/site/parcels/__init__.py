"""A reader's parcels, on the page of their order."""
