"""Live feeds: a page about a title or a shop learns at once that something changed there.

A process of its own (`serve.live`), so that a reader of an open page holds no thread of the site.
"""
