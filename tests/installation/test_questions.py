"""What `comptoir setup` shows of what it was told."""

import pytest

from comptoir.installation.questions import masked


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("postgresql:///comptoir", "postgresql:///comptoir"),
        ("postgresql://ana@db/comptoir", "postgresql://ana@db/comptoir"),
        ("postgresql://ana:s3cret@db/comptoir", "postgresql://ana:…@db/comptoir"),
        ("postgresql://ana:s3@cret@db/comptoir", "postgresql://ana:…@db/comptoir"),
        ("host=db user=ana password=s3cret", "…"),
        ("postgresql://db/comptoir?user=ana&password=s3cret", "…"),
        ("postgresql://a:b@db/comptoir?password=s3cret", "…"),
        ("host=db password='s3cret", "…"),
    ],
)
def test_no_password_of_the_database_is_shown(value: str, shown: str) -> None:
    assert masked("DATABASE_URL", value) == shown


def test_other_secrets_are_not_shown_at_all() -> None:
    assert masked("COMPTOIR_SMTP_PASSWORD", "s3cret") == "…"
    assert masked("COMPTOIR_NAME", "Livres d’Aunis") == "Livres d’Aunis"
