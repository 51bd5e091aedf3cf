"""Requests to addresses that users name: public ones only."""
