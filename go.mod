module greffier

go 1.26
