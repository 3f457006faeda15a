"""The life of a transfer: one status, one table of moves."""

from comptoir.exchanges.models import TransferStatus

S = TransferStatus
MOVES: dict[TransferStatus, frozenset[TransferStatus]] = {
    S.ASKED: frozenset({S.ACCEPTED, S.REFUSED, S.WITHDRAWN, S.EXPIRED}),
    S.ACCEPTED: frozenset({S.SENT, S.REFUSED, S.WITHDRAWN, S.EXPIRED}),
    S.SENT: frozenset({S.ARRIVED, S.LOST}),
    S.ARRIVED: frozenset(),
    S.REFUSED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.EXPIRED: frozenset(),
    S.LOST: frozenset(),
}


def allowed(status: str) -> frozenset[TransferStatus]:
    """Return what a transfer of this status may become."""
    return MOVES[TransferStatus(status)]
