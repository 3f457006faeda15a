"""Opening hours: how they are written in the specification's notation (`notation`) and in words
(`words`), what they say of a day (`rules`), which days are holidays, and what is doubtful about
them. `shops.hours` is what the rest of Comptoir asks."""
