"""Orders that are posted: to whom, and what is owed for them before they leave."""
