// Package keyfile keeps a certificate with its private key in a file that a product reads.
// A new certificate is first written to another file beside it, which only its owner can
// read. Once it has signed in, it replaces the file of the product, whose old content is
// kept.
package keyfile

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Deps are the parts of the environment that a File uses.
type Deps struct {
	// Password encrypts the key in every PFX file. In a PEM file it does so if Protect is
	// set, or if the old file is encrypted.
	Password secrets.Value
	Protect  bool
	// Now gives the time for the names of Staged and Backup.
	Now func() time.Time
}

// File is a file with a certificate and its key.
type File struct {
	form string
	// Path is the file that the product reads. Staged contains the new certificate until it
	// is installed. Backup gets the old content of Path.
	Path, Staged, Backup string
	// Replaced means that Place has written Backup.
	Replaced bool
	deps     Deps
}

const (
	pem = "pem"
	pfx = "pfx"
)

// Forms returns what --to accepts.
func Forms() []string { return []string{pem + ":PATH", pfx + ":PATH"} }

// Parse parses a file as in --to: pem:PATH or pfx:PATH. The error is a *fail.Error.
func Parse(spec string, d Deps) (*File, error) {
	form, path, _ := strings.Cut(spec, ":")
	if form != pem && form != pfx || strings.TrimSpace(path) == "" {
		return nil, fail.Usage(msg.New("the target for the new certificate is not recognised"), msg.New("use one of: %s", strings.Join(Forms(), ", ")))
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	stamp := d.Now().UTC().Format("20060102T150405Z")
	return &File{form: form, Path: path, Staged: path + ".new-" + stamp, Backup: path + ".bak-" + stamp, deps: d}, nil
}

// Spec returns the file as in --to, with its absolute path.
func (f *File) Spec() string { return f.form + ":" + f.Path }

// PFX reports whether the file is a PFX file, which Windows can import.
func (f *File) PFX() bool { return f.form == pfx }

// failure adds the path to an error.
func failure(path string, err error) error {
	if err == nil {
		return nil
	}
	return msg.Error(msg.New("%s: %s", path, secrets.Reason(err)))
}

// trial is more bytes than any certificate with its key has.
const trial = 16 << 10

// Held describes the content of a file.
type Held struct {
	// There means that the file exists.
	There      bool
	Thumbprint string // SHA-1 in upper-case hexadecimal
	NotAfter   time.Time
	SelfSigned bool // not issued by an authority
}

// Check reports why the file could not be replaced, and returns what it contains. A file
// that contains anything but a certificate and its key is an error: a product may read it
// for another purpose, or with another password.
func (f *File) Check(ctx context.Context) (Held, error) {
	for _, path := range []string{f.Path, f.Staged} {
		if err := safefile.Check(path, trial); err != nil {
			return Held{}, failure(path, err)
		}
	}
	return f.Held(ctx)
}

// Held returns what the file contains.
func (f *File) Held(ctx context.Context) (Held, error) {
	_, there, err := safefile.Read(f.Path)
	if err != nil || !there {
		return Held{}, failure(f.Path, err)
	}
	c, err := secrets.LoadCertificate(ctx, f.Path, f.deps.Password)
	if err != nil && !errors.Is(err, secrets.ErrKeyType) { // a key of another type is not an error
		return Held{There: true}, failure(f.Path, err)
	}
	leaf := c.Certificate.Chain[0]
	return Held{There: true, Thumbprint: c.Certificate.SHA1, NotAfter: leaf.NotAfter,
		SelfSigned: bytes.Equal(leaf.RawSubject, leaf.RawIssuer)}, nil
}

// Stage writes a new certificate to Staged, which only its owner can read, and reads it
// back.
func (f *File) Stage(ctx context.Context, c secrets.Credential) error {
	data, err := f.encode(c)
	if err == nil {
		err = safefile.Create(f.Staged, []byte(data.Reveal()))
	}
	if err != nil {
		return failure(f.Staged, err)
	}
	if back, err := f.Load(ctx, f.Staged); err != nil || back.Certificate.SHA1 != c.Certificate.SHA1 {
		return failure(f.Staged, msg.Error(msg.New("what was written could not be read back")))
	}
	return nil
}

func (f *File) encode(c secrets.Credential) (secrets.Value, error) {
	if f.form == pfx {
		return c.PFX(f.deps.Password)
	}
	protect, err := f.protect()
	switch {
	case err != nil:
		return secrets.Value{}, err
	case protect:
		return c.PEM(f.deps.Password)
	}
	return c.PEM(secrets.Value{})
}

// protect reports whether a new PEM file is encrypted with the password.
func (f *File) protect() (bool, error) {
	if f.deps.Protect {
		return true, nil
	}
	former, _, err := safefile.Read(f.Path)
	return bytes.Contains(former, []byte("ENCRYPTED")), err
}

// Encrypted reports whether the key in the new file will be encrypted.
func (f *File) Encrypted() bool {
	if f.form == pfx || f.deps.Protect {
		return !f.deps.Password.Empty()
	}
	protect, err := f.protect()
	return err == nil && protect
}

// Load loads a certificate and its key from Staged or Path. The error is fs.ErrNotExist if
// the file does not exist.
func (f *File) Load(ctx context.Context, path string) (secrets.Credential, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return secrets.Credential{}, fs.ErrNotExist
	}
	c, err := secrets.LoadCertificate(ctx, path, f.deps.Password)
	return c, failure(path, err)
}

// Place replaces the file with Staged in one step, and keeps the old content in Backup. It
// can be called again after an interruption.
func (f *File) Place() error {
	fresh, there, err := safefile.Read(f.Staged)
	if err == nil && !there {
		err = msg.Error(msg.New("the file is gone"))
	}
	if err != nil {
		return failure(f.Staged, err)
	}
	former, there, err := safefile.Read(f.Path)
	if err != nil {
		return failure(f.Path, err)
	}
	if there && !bytes.Equal(former, fresh) {
		f.Replaced = true
		if err := safefile.Keep(f.Backup, former); err != nil {
			return failure(f.Backup, err)
		}
	}
	if err := safefile.Replace(f.Path, fresh); err != nil {
		return failure(f.Path, err)
	}
	return f.Discard()
}

// Discard removes Staged if it exists.
func (f *File) Discard() error {
	if err := os.Remove(f.Staged); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failure(f.Staged, msg.Error(msg.New("it could not be removed; remove it yourself")))
	}
	return nil
}
