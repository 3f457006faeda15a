"""Several orders of one act: what is asked, and what its reader does to all of them."""
