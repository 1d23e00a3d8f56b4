"""Sealing: a text that whoever holds the database cannot read or move, by XChaCha20-Poly1305 and a key beside it.

https://doc.libsodium.org/secret-key_cryptography/aead/chacha20-poly1305/xchacha20-poly1305_construction
"""

import base64
import binascii
from collections.abc import Sequence

from sharebot.errors import Sealed

KEY_BYTES = 32
NONCE_BYTES = 24
_VERSION = "1:"
_MAKE = "`sharebot login --new-key` makes one"


def written(key: bytes) -> str:
    """Write a key as people keep it."""
    return base64.urlsafe_b64encode(key).decode()


def keys(text: str) -> tuple[bytes, ...]:
    """Read one key or more, one a word: the first seals, all of them open. Raises Sealed."""
    try:
        found = tuple(base64.b64decode(word, altchars=b"-_", validate=True) for word in text.split())
    except (binascii.Error, ValueError):
        found = ()
    if not found or any(len(key) != KEY_BYTES for key in found):
        raise Sealed(f"SHAREBOT_KEY is no key: {KEY_BYTES} bytes in Base64, and a space before the next; {_MAKE}")
    return found


def seal(text: str, about: str, key: bytes, nonce: bytes) -> str:
    """Seal a text for a place named `about`, where alone it opens. A `nonce` is never used twice with a key."""
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt

    return _VERSION + base64.b64encode(nonce + encrypt(text.encode(), about.encode(), nonce, key)).decode()


def opened(sealed: str, about: str, keys: Sequence[bytes]) -> str:
    """Open with whichever of the keys fits. Raises Sealed where none does, or it was sealed for another place."""
    for key in keys:
        if (text := _opened(sealed, about, key)) is not None:
            return text
    cure = "give SHAREBOT_KEY as it was then, or sign in again"
    raise Sealed(f"what is stored for {about} was sealed with another key, or is damaged; {cure}")


def _opened(sealed: str, about: str, key: bytes) -> str | None:
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt
    from nacl.exceptions import CryptoError

    try:
        data = base64.b64decode(sealed.removeprefix(_VERSION), validate=True)
        return decrypt(data[NONCE_BYTES:], about.encode(), data[:NONCE_BYTES], key).decode()
    except (CryptoError, ValueError):  # nacl's own errors of type and length are ValueErrors, too
        return None
