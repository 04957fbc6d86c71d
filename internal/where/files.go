package where

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

const (
	// window is how much of a file is searched at a time, in bytes. The last bytes of a
	// window (again) are searched again with the next one.
	window, again = 4 << 20, 8 << 10
	// maxFile limits the size of a file in a folder, in bytes. A file that is named itself
	// is searched to its end.
	maxFile = 256 << 20
	// sample is how many bytes of a file decide whether it is text.
	sample = 8000
)

// Files searches files and folders.
type Files struct {
	Paths []string
	// All includes folders that .gitignore excludes.
	All bool
}

func (Files) name() string { return "files" }

// each walks the paths. A path that was given may be a link. Other links are not followed,
// because they may form a loop.
func (f Files) each(ctx context.Context, log *tally) error {
	var workers errgroup.Group
	workers.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	// whole means that the file was named itself, and is read whatever its size.
	send := func(path string, whole bool) error {
		workers.Go(func() error {
			if err := searchFile(ctx, path, whole, log); err != nil && ctx.Err() == nil {
				log.unread(path, err)
			}
			return nil
		})
		return ctx.Err()
	}
	for _, path := range f.Paths {
		if err := f.walk(path, send, log); err != nil {
			break // the context's
		}
	}
	_ = workers.Wait()
	return ctx.Err()
}

// walk sends every regular file below a path.
func (f Files) walk(root string, send func(path string, whole bool) error, log *tally) error {
	resolved, err := filepath.EvalSymlinks(root)
	if err != nil {
		log.unread(root, err)
		return nil
	}
	info, err := os.Stat(resolved)
	switch {
	case err != nil:
		log.unread(root, err)
		return nil
	case !info.IsDir():
		return send(resolved, true)
	}
	ignored := &ignores{}
	return filepath.WalkDir(resolved, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			log.unread(path, err)
			if e != nil && e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !e.IsDir():
			if e.Type().IsRegular() {
				return send(path, false)
			}
			return nil
		case path != resolved && !f.All && ignored.has(resolved, path):
			log.count(func(s *result.Searched) { s.IgnoredFolders++ })
			return fs.SkipDir
		}
		if !f.All {
			ignored.read(resolved, path)
		}
		return nil
	})
}

// searchFile searches one file, in windows.
func searchFile(ctx context.Context, path string, whole bool, log *tally) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return err
	case !whole && info.Size() > maxFile:
		return msg.Error(msg.New("it is larger than %d MB; give the path of the file itself to search all of it", maxFile>>20))
	case !info.Mode().IsRegular() && !whole:
		return nil
	}
	if d, ok, err := binaryCertificate(ctx, path, file, info); ok || err != nil {
		log.search(d)
		return err
	}
	r := bufio.NewReaderSize(file, 64<<10)
	head, err := r.Peek(sample)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !isText(head) {
		log.count(func(s *result.Searched) { s.Binary++ })
		return nil
	}
	return windows(ctx, transform.NewReader(r, unicode.BOMOverride(unicode.UTF8.NewDecoder())), func(text string, first int) {
		log.search(document{Location: path, Text: text, FirstLine: first, Target: fileTarget(path)})
	})
}

// isText reports whether a file that starts like this is text. UTF-16 with a byte order mark
// is.
func isText(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) || bytes.IndexByte(head, 0) < 0
}

// windows splits a text into parts at line ends. Each starts with the end of the previous
// one.
func windows(ctx context.Context, r io.Reader, part func(text string, first int)) error {
	buf := make([]byte, 0, 64<<10)
	first := 1
	for ctx.Err() == nil {
		if cap(buf)-len(buf) < 32<<10 && cap(buf) < window {
			buf = append(make([]byte, 0, min(window, 2*cap(buf))), buf...)
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch {
		case errors.Is(err, io.EOF):
			if len(buf) > 0 || first == 1 {
				part(string(buf), first)
			}
			return nil
		case err != nil:
			return err
		case len(buf) < window:
			continue
		}
		end := bytes.LastIndexByte(buf, '\n') + 1
		if end <= again {
			end = len(buf)
		}
		part(string(buf[:end]), first)
		from := end - again
		if i := bytes.IndexByte(buf[from:end], '\n'); i >= 0 {
			from += i + 1
		}
		first += bytes.Count(buf[:from], []byte("\n"))
		buf = buf[:copy(buf, buf[from:])]
	}
	return ctx.Err()
}

// fileTarget returns a document's Target: a variable in an environment file, or the whole
// file.
func fileTarget(path string) func(string, bool) string {
	return func(setting string, whole bool) string {
		abs, err := filepath.Abs(path)
		base := strings.ToLower(filepath.Base(path))
		switch {
		case err != nil:
			return ""
		case whole:
			return "file:" + abs
		case setting != "" && (strings.HasPrefix(base, ".env") || strings.HasSuffix(base, "env")):
			return "env-file:" + abs + "#" + setting
		}
		return ""
	}
}

// binaryCertificate reads a certificate in DER or PFX.
func binaryCertificate(ctx context.Context, path string, file *os.File, info fs.FileInfo) (d document, ok bool, err error) {
	d.Location = path
	switch strings.ToLower(filepath.Ext(path)) {
	case ".cer", ".crt", ".der":
		data, err := io.ReadAll(io.LimitReader(file, maxPEM))
		if _, seekErr := file.Seek(0, io.SeekStart); err != nil || seekErr != nil {
			return d, false, errors.Join(err, seekErr)
		}
		if len(data) == 0 || data[0] != 0x30 { // not a sequence of ASN.1
			return d, false, nil
		}
		d.Certificates = []string{thumbprintOf(data)}
		return d, true, nil
	case ".pfx", ".p12":
		if info.Size() > maxPEM {
			return d, false, nil
		}
		c, err := secrets.LoadCertificate(ctx, path, secrets.Value{})
		if c.Certificate == nil && err != nil {
			return d, true, msg.Error(msg.New("a PFX file: which certificate it contains can only be seen with its password"))
		}
		for _, leaf := range c.Certificate.Chain {
			d.Certificates = append(d.Certificates, thumbprintOf(leaf.Raw))
		}
		return d, true, nil
	}
	return d, false, nil
}
