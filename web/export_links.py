"""The links to exports that requests give out."""

from links.exports import ExportLinks
from web.context import services, settings, store


def export_links() -> ExportLinks:
    """Return the links to exports, valid for as long as this service makes them."""
    return ExportLinks(store(), services().signer.derive, settings().tuning.export_link)
