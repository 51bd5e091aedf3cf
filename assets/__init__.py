"""Project media: photos, clips, sounds and fonts."""
