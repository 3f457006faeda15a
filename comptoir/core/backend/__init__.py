"""The database backend: Django's own for PostgreSQL, with a pool that notices dead connections."""
