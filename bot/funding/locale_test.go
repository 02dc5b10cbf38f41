package funding_test

import (
	"io/fs"
	"testing/fstest"
)

// localeFS is what the tests' own command is called.
func localeFS() fs.FS {
	words := &fstest.MapFile{Data: []byte("commands:\n  task:\n    word: task\n    help: An organisation of my own\nmessages: {}\n")}
	return fstest.MapFS{"locale/en.yaml": words, "locale/fr.yaml": words}
}
