"""Closed doors on public pages: what banners say, the slots of a form, and the page to choose one."""
