"""Papers to print, as PDF: one way for all of Comptoir's.

What draws (`core.pdf.paper`) takes a third of a second to load: who asks for a paper loads it then.
"""
