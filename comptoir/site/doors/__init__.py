"""Closed doors on public pages: what banners say, and the slots from which a reader chooses."""
