"""Messages to the sample shop, written before its content was changed for them: short, misspelt, plain, indirect.

`tune.csv` may be looked at when content and engine are improved; `held.csv` is only counted. Both are read by
`csbot nlu evaluate --test`: a category names what is right, several where any will do, nothing for another matter.
"""
