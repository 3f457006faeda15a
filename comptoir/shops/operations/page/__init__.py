"""The verbs of a shop's page, and the history of what each verb wrote of a shop."""
