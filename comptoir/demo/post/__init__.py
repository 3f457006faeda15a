"""The demonstration by post: shops that send parcels, their orders, what they buy for readers."""
