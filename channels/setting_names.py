"""The names of settings that doors declare, gateways' and others', so that reading them imports no door."""

from channels.gateway_names import SETTINGS

EXTRA: tuple[str, ...] = (*SETTINGS, "FOCAL_PAGE", "KIOSK_PRINTER", "KIOSK_RECORDINGS")
