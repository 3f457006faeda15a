"""Live feeds: who reads a page about a title or a shop hears at once that something changed there.

A process of its own (`serve.live`), so that a reader who only looks on holds no thread of the site.
"""
