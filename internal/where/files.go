package where

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1" // The thumbprint by which Entra lists certificates; no security rests on it.
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

const (
	// window is how much of a file is searched at a time, and again how much of its
	// end belongs to the next window, too, in bytes.
	window, again = 4 << 20, 8 << 10
	// maxFile bounds a file that was found in a folder, in bytes; one that is named
	// itself is searched to its end.
	maxFile = 256 << 20
	// sample is how much of a file tells whether it is text.
	sample = 8000
)

// Files searches files and folders.
type Files struct {
	Paths []string
	// All also searches folders that .gitignore leaves out.
	All bool
}

// name is that of --in.
func (Files) name() string { return "files" }

// each walks the paths. Links are not followed, so that no loop holds it up; a path
// that is given may be one.
func (f Files) each(ctx context.Context, visit func(document), log *tally) error {
	type job struct {
		path string
		// whole says that the file was named, and is read whatever its size.
		whole bool
	}
	jobs := make(chan job)
	var workers sync.WaitGroup
	for range max(2, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for j := range jobs {
				if err := searchFile(ctx, j.path, j.whole, visit, log); err != nil && ctx.Err() == nil {
					log.unread(j.path, err)
				}
			}
		})
	}
	send := func(path string, whole bool) error {
		select {
		case jobs <- job{path, whole}:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for _, path := range f.Paths {
		if err := f.walk(path, send, log); err != nil {
			break // the context's
		}
	}
	close(jobs)
	workers.Wait()
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
func searchFile(ctx context.Context, path string, whole bool, visit func(document), log *tally) error {
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
	if d, ok, err := binaryCertificate(path, file, info); ok || err != nil {
		visit(d)
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
		visit(document{Location: path, Text: text, FirstLine: first, Target: fileTarget(path)})
	})
}

// isText reports whether the beginning of a file is that of a text: UTF-16 with its
// mark is one, too.
func isText(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) || bytes.IndexByte(head, 0) < 0
}

// windows cuts a text into parts at ends of lines; each begins with the end of the
// one before.
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

// fileTarget names the place of a setting as --to does: a line of an environment
// file, or the whole file.
func fileTarget(path string) func(string, bool) string {
	return func(setting string, whole bool) string {
		abs, err := filepath.Abs(path)
		base := strings.ToLower(filepath.Base(path))
		switch {
		case err != nil:
			return ""
		case whole:
			return "file:" + abs
		case setting != "" && (strings.HasPrefix(base, ".env") || strings.HasSuffix(base, ".env") || strings.HasSuffix(base, "env")):
			return "env-file:" + abs + "#" + setting
		}
		return ""
	}
}

// binaryCertificate reads a certificate that is no text: DER, or PFX.
func binaryCertificate(path string, file *os.File, info fs.FileInfo) (document, bool, error) {
	d := document{Location: path}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".cer", ".crt", ".der":
		data, err := io.ReadAll(io.LimitReader(file, maxPEM))
		if _, seekErr := file.Seek(0, io.SeekStart); err != nil || seekErr != nil {
			return d, false, errors.Join(err, seekErr)
		}
		if len(data) == 0 || data[0] != 0x30 { // not a sequence of ASN.1
			return d, false, nil
		}
		sum := sha1.Sum(data)
		d.Certificates = []string{hex.EncodeToString(sum[:])}
		return d, true, nil
	case ".pfx", ".p12":
		if info.Size() > maxPEM {
			return d, false, nil
		}
		c, err := secrets.LoadCertificate(context.Background(), path, secrets.Value{})
		if c.Certificate == nil {
			if err == nil {
				return d, true, nil
			}
			return d, true, msg.Error(msg.New("a PFX file: which certificate it contains can only be seen with its password"))
		}
		for _, leaf := range c.Certificate.Chain {
			sum := sha1.Sum(leaf.Raw)
			d.Certificates = append(d.Certificates, hex.EncodeToString(sum[:]))
		}
		return d, true, nil
	}
	return d, false, nil
}
