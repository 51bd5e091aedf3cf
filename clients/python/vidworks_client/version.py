"""The version of the client: that of the services that it is made for."""

__version__ = "0.3.0"
