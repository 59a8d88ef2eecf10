"""Papers that leave the house: notices, the coordination package, the ledger, monthly statistics.

Everything here is made from a case, its pack and the adoption; what neither says is not written. Functions return
bytes or models, ``flows`` reads the cases and writes the files. One module per library: ``filling`` (docxtpl),
``docx_pdf`` and ``package`` (PyMuPDF), ``workbook`` (openpyxl).
"""
