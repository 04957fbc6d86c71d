// Package keyfile keeps a certificate with its private key in a file that a product
// reads. A new one is written beside that file first, for its owner alone; only
// once it has signed in does it take the file's place, and what stood there is kept.
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
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Deps are what a file is read and written with.
type Deps struct {
	// Password protects the key: always in a PFX file, and in a PEM file where
	// Protect says so or where the file that is replaced is encrypted.
	Password secrets.Value
	Protect  bool
	// Now names the files beside it.
	Now func() time.Time
}

// File is the place of a certificate.
type File struct {
	form string
	// Path is the file that the product reads, Staged holds the new certificate until it
	// has signed in, and Backup what stood at Path before.
	Path, Staged, Backup string
	// Replaced says that Place has put something else into Backup.
	Replaced bool
	deps     Deps
}

const (
	pem = "pem"
	pfx = "pfx"
)

// Forms lists what --to takes.
func Forms() []string { return []string{pem + ":PATH", pfx + ":PATH"} }

// Parse reads a place as --to gives it. The error is a *fail.Error.
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

// Spec is how --to names the place.
func (f *File) Spec() string { return f.form + ":" + f.Path }

// PFX reports the form that Windows imports.
func (f *File) PFX() bool { return f.form == pfx }

// failure is why a file could not be used. It holds no part of a key.
func failure(path string, err error) error {
	if err == nil {
		return nil
	}
	reason := msg.Literal(neutral.Bound(err.Error(), 300))
	var source *secrets.SourceError
	var worded msg.Worded
	switch {
	case errors.As(err, &source):
		reason = source.Reason
	case errors.As(err, &worded):
		reason = worded.Text()
	}
	return msg.Error(msg.New("%s: %s", path, reason))
}

// trial is more than any certificate with its key takes.
const trial = 16 << 10

// Held is what a file has at the moment.
type Held struct {
	// There says that there is a file; the rest is of its certificate.
	There      bool
	Thumbprint string // SHA-1 in upper-case hex
	NotAfter   time.Time
	// SelfSigned says that no authority issued it.
	SelfSigned bool
}

// Check reports why the file could not be replaced, and what it holds. A file that
// is no certificate with its key is refused: a product may read it for something
// else, or by a password that the new one would not have.
func (f *File) Check(ctx context.Context) (Held, error) {
	for _, path := range []string{f.Path, f.Staged} {
		if err := safefile.Check(path, trial); err != nil {
			return Held{}, failure(path, err)
		}
	}
	return f.Held(ctx)
}

// Held reads the file.
func (f *File) Held(ctx context.Context) (Held, error) {
	_, there, err := safefile.Read(f.Path)
	if err != nil || !there {
		return Held{}, failure(f.Path, err)
	}
	c, err := secrets.LoadCertificate(ctx, f.Path, f.deps.Password)
	if err != nil && !errors.Is(err, secrets.ErrKeyType) { // another kind of key is no obstacle
		return Held{There: true}, failure(f.Path, err)
	}
	leaf := c.Certificate.Chain[0]
	return Held{There: true, Thumbprint: c.Certificate.SHA1, NotAfter: leaf.NotAfter,
		SelfSigned: bytes.Equal(leaf.RawSubject, leaf.RawIssuer)}, nil
}

// Stage writes a new certificate beside the file, for its owner alone, and reads it
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
	password := f.deps.Password
	if !f.deps.Protect {
		former, _, err := safefile.Read(f.Path)
		if err != nil {
			return secrets.Value{}, err
		}
		if !bytes.Contains(former, []byte("ENCRYPTED")) {
			password = secrets.Value{}
		}
	}
	return c.PEM(password)
}

// Encrypted reports whether a new file protects its key by a password.
func (f *File) Encrypted() bool {
	if f.form == pfx || f.deps.Protect {
		return !f.deps.Password.Empty()
	}
	former, _, err := safefile.Read(f.Path)
	return err == nil && bytes.Contains(former, []byte("ENCRYPTED"))
}

// Load reads a certificate with its key from Staged or Path. The error is fs.ErrNotExist
// where there is no such file.
func (f *File) Load(ctx context.Context, path string) (secrets.Credential, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return secrets.Credential{}, fs.ErrNotExist
	}
	c, err := secrets.LoadCertificate(ctx, path, f.deps.Password)
	return c, failure(path, err)
}

// Place puts the staged certificate into the file's place at one stroke. What stood
// there is kept in Backup. A run that was stopped in between can do it again.
func (f *File) Place() error {
	fresh, there, err := safefile.Read(f.Staged)
	switch {
	case err != nil:
		return failure(f.Staged, err)
	case !there:
		return failure(f.Staged, msg.Error(msg.New("the file is gone")))
	}
	former, there, err := safefile.Read(f.Path)
	if err != nil {
		return failure(f.Path, err)
	}
	if there && !bytes.Equal(former, fresh) {
		if err := f.keep(former); err != nil {
			return failure(f.Backup, err)
		}
	}
	if err := safefile.Replace(f.Path, fresh); err != nil {
		return failure(f.Path, err)
	}
	return f.Discard()
}

// keep writes the backup. One of the same content is that of a run that was stopped
// before it went further.
func (f *File) keep(former []byte) error {
	f.Replaced = true
	if data, there, err := safefile.Read(f.Backup); err == nil && there && bytes.Equal(data, former) {
		return nil
	}
	return safefile.Create(f.Backup, former)
}

// Discard removes the staged certificate; that there is none is well.
func (f *File) Discard() error {
	if err := os.Remove(f.Staged); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failure(f.Staged, msg.Error(msg.New("it could not be removed; remove it yourself")))
	}
	return nil
}
