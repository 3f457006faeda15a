"""Django application of `contracts`."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """The file of contracts."""

    name = "comptoir.contracts"
    label = "contracts"

    def ready(self) -> None:
        """Have contracts filed before the persons of their orders are erased."""
        from comptoir.contracts.operations import file_contracts
        from comptoir.orders.postal.erasure import file_before

        file_before(file_contracts)
