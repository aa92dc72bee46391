"""The two ways the outside world fails us: `Transient` is worth another try, `Permanent` is not."""


class ConnectorError(Exception):
    """Something outside Keruen failed. The message says what, where, and what to do."""


class Transient(ConnectorError):
    """Trying again later may help (a lock, a time-out, a server that is restarting)."""


class Permanent(ConnectorError):
    """Trying again will not help (no such bucket, a file that cannot be read, a refused password)."""


class Unreadable(Permanent):
    """The bytes of a document cannot be read; the message names the cause and the remedy."""


class NotThere(Permanent):
    """What was asked for does not exist, or does not any more."""
