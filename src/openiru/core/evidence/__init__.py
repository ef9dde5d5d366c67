"""What is true of evidence: the transparency log's arithmetic, and nothing that stores or signs.

jcs.py            one byte string for one JSON value (RFC 8785, without floats)
leaf.py           what one event leaves in the log, version 1
tree.py           the Merkle tree over the leaves (RFC 6962, RFC 9162): roots and proofs
checkpoint.py     the signed head of the log (C2SP tlog-checkpoint and signed-note)
export.py         the files of a ledger export
verify_export.py  a program of one file that checks such an export without the rest of OpenIRU
"""
