"""Every operation of the API, in the order in which the reference page shows them."""

from mastro.api.operation import Operation
from mastro.resources.entities import clients, suppliers

OPERATIONS: tuple[Operation, ...] = (
    *clients.OPERATIONS,
    *suppliers.OPERATIONS,
)
