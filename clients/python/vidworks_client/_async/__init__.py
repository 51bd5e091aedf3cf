"""The asynchronous client; vidworks_client/_sync is generated from it."""
