"""Where objects lie: locks of every store, the S3 store, encryption around a store.

The contract and the store in a local folder are in ``storage.objects``.
"""
