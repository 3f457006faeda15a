"""Opening hours: how they are written (`notation`), what they say of a day (`rules`), which days
are holidays, what is doubtful about them, and what somebody may have meant. `shops.hours` is what
the rest of Comptoir asks."""
