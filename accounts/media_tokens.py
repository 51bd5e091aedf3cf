"""Media tokens: credentials for URLs, which read the media of one project for some minutes."""

from typing import Any

from accounts.identity import Identity
from accounts.signer import Signer


def sign_media_token(signer: Signer, identity: Identity, project_id: str) -> dict[str, Any]:
    """Return `{token, projectId, expiresAt}` for a project of the identity's user.

    The token ends earlier with the session or the API token of the identity.
    """
    scopes = sorted(identity.scopes)
    token, expires = signer.sign(
        "media", identity.user_id, project=project_id, scopes=scopes, **identity.source
    )
    return {"token": token, "projectId": project_id, "expiresAt": expires * 1000}
