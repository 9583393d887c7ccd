"""Frozen values and legal transitions: what csbot talks about, without any I/O.

Every value is a frozen, slotted, keyword-only dataclass; times are aware UTC datetimes; sequences are tuples, so a
value can be compared, stored and replayed.
"""
