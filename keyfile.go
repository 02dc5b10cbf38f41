package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// keyFile is the name, in the data directory, of the key of the installation: what
// it signs results with, and closes secret ballots with while a vote is open. It is
// in no copy of the register.
const keyFile = "greffier.key"

// installationKey reads the key of an installation, and makes it where there is
// none yet. The error is the operating system's, or says that the file is no key.
func (c *cli) installationKey(dir string) ([]byte, error) {
	path := filepath.Join(dir, keyFile)
	seed, err := c.readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return seed, err
	}
	seed = make([]byte, ed25519.SeedSize)
	if _, err := rand.Read(seed); err != nil {
		return nil, err
	}
	if err := writeKey(path, seed); err != nil {
		return nil, fault{dir, err}
	}
	return seed, nil
}

// readKey reads the seed of a key, 64 hexadecimal digits.
func (c *cli) readKey(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fault{path, err}
	}
	seed, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, c.errorf("bad-key", path)
	}
	return seed, nil
}

// writeKey writes a key whole or not at all, for its owner alone.
func writeKey(path string, seed []byte) (err error) {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(hex.EncodeToString(seed) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), path)
}
