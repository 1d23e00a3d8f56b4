"""An API's stand-in, for a library that knows but one address."""

from sharebot import connections, http
from sharebot.lean import requests


class Elsewhere(http.Adapter):
    """Sends to `there` what a library signed for `here`."""

    def __init__(self, here: str, there: str) -> None:
        self._here = here
        self._there = there
        super().__init__(connections.anywhere())

    def send(self, request: requests.PreparedRequest, *, stream: bool) -> requests.Response:
        """Send it to the other address."""
        request.url = (request.url or "").replace(self._here, self._there, 1)
        return super().send(request, stream=stream)
