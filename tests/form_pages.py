"""What a browser finds on the citizen's form."""

import re
from typing import Any


def form_token(page: Any) -> str:
    """The token that a page with the question sends along."""
    (token,) = re.findall(r'name="form_token" value="([^"]+)"', page.content.decode())
    return token
