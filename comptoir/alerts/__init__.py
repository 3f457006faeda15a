"""Alerts: one mail to a reader when a title is back near them."""
