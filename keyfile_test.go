package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// The key of an installation is made once, for its owner alone; a file that is
// none is refused, never written over.
func TestInstallationKey(t *testing.T) {
	dir := t.TempDir()
	c := &cli{lang: "en"}
	first, err := c.installationKey(dir)
	if err != nil || len(first) != 32 {
		t.Fatalf("%d bytes, %v", len(first), err)
	}
	info, err := os.Stat(filepath.Join(dir, keyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	if again, err := c.installationKey(dir); err != nil || !bytes.Equal(first, again) {
		t.Errorf("at the second start it is another, %v", err)
	}
	if other, err := c.installationKey(t.TempDir()); err != nil || bytes.Equal(first, other) {
		t.Errorf("another installation has the same, %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, keyFile), []byte("nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.installationKey(dir); err == nil {
		t.Error("a file that is no key passes for one")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("%v, %v", left, err)
	}
}
