"""The screens of release days and draws: of a shop at its counter, of a network in its office."""
