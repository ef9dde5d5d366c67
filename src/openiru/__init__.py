"""OpenIRU: the open platform for Internet Referral Units."""

__version__ = "0.1.0"
