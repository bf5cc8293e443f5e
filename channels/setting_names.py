"""The names of settings that doors declare, gateways' and others', so that reading them imports no door."""

from channels.gateway_names import EVERY

EXTRA: tuple[str, ...] = (*EVERY, "KIOSK_PRINTER", "KIOSK_RECORDINGS")
