"""The version of the service, as in CHANGELOG.md; the tag of a release is `v` and the version."""

VERSION = "0.3.0"
