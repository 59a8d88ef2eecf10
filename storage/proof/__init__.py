"""Proof to outsiders: signed tree heads, time stamps, certificates.

proof.heads.sign() -> SignedHead | None      # of the log as it is; exported to the folder outside
proof.heads.state(); .newest(); .of_size(n); .stamp(head) ; .consistency(old, new)
proof.keys.rotate()
proof.certificates.of_case(number) -> Certificate
"""
