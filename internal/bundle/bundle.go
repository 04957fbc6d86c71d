// Package bundle writes support bundles: zip files with a diagnosis, its trace and its
// environment, for the vendor of a product. It also reads the report in a bundle. It sends
// nothing; the user can inspect a bundle before passing it on.
package bundle

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/renew/safefile"
)

const (
	reportName = "report.json"
	// maxBundle and maxReport limit what is read of a bundle and its report, in bytes.
	maxBundle = 64 << 20
	maxReport = 64 << 20
)

// Member is a file in a bundle. About describes its content.
type Member struct {
	Name  string
	About msg.Text
	Data  []byte
}

// Contents is the content of a bundle.
type Contents struct {
	Report      []byte // JSON
	Trace       string // of the run, redacted
	Environment Environment
	// Pseudonyms is true if names, IDs and addresses were replaced.
	Pseudonyms bool
}

// Members returns the files of a bundle, with all known secrets removed once more.
func (c Contents) Members() ([]Member, error) {
	environment, err := json.MarshalIndent(c.Environment, "", "  ")
	if err != nil {
		return nil, err
	}
	if c.Trace == "" {
		c.Trace = "No request was made.\n"
	}
	list := []Member{
		{reportName, msg.New("the report, as -o json writes it; spcheck render shows it"), c.Report},
		{"trace.txt", msg.New("which requests were sent to which service, with the status and headers of each answer; no bodies, no tokens"), []byte(c.Trace)},
		{"environment.json", msg.New("versions, clocks, proxies, the sources of settings, and the names of variables without their values"), append(environment, '\n')},
	}
	list = append([]Member{{"README.txt", msg.New("what each file contains"), []byte(c.readme(list))}}, list...)
	for i := range list {
		list[i].Data = []byte(redact.String(string(list[i].Data)))
	}
	return list, nil
}

// readme explains the bundle to its recipient, in English.
func (c Contents) readme(list []Member) string {
	var b bytes.Buffer
	b.WriteString("This is a support bundle of spcheck " + c.Environment.Version + ".\n\n")
	for _, m := range list {
		b.WriteString(m.Name + ": " + m.About.String() + "\n")
	}
	b.WriteString("\nIt holds no secret, token, assertion or private key.\n")
	if c.Pseudonyms {
		b.WriteString("Names, IDs, hosts and addresses are replaced by pseudonyms. The same pseudonym\nstands for the same value in this bundle, and for nothing in another one. Commands\nare left out of the report.\n")
	} else {
		b.WriteString("It does hold names, IDs, hosts and addresses as they are.\n")
	}
	b.WriteString("\nTo read the report: spcheck render BUNDLE.zip\n")
	return b.String()
}

// Write writes a bundle to a new file that only the current user can read.
func Write(path string, members []Member, now time.Time) error {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		f, err := w.CreateHeader(&zip.FileHeader{Name: m.Name, Method: zip.Deflate, Modified: now.UTC()})
		if err != nil {
			return err
		}
		if _, err := f.Write(m.Data); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return safefile.Create(path, b.Bytes())
}

// Is reports whether data, at least four bytes, starts like a bundle.
func Is(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// Report returns the report in a bundle, as JSON.
func Report(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBundle+1))
	if err != nil {
		return nil, msg.Error(msg.New("the bundle cannot be read"))
	}
	if len(data) > maxBundle {
		return nil, msg.Error(msg.New("the bundle is larger than %d MB", maxBundle>>20))
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, msg.Error(msg.New("the bundle is damaged"))
	}
	i := slices.IndexFunc(z.File, func(f *zip.File) bool { return f.Name == reportName })
	if i < 0 {
		return nil, msg.Error(msg.New("it is not a support bundle of spcheck: it contains no %s", reportName))
	}
	in, err := z.File[i].Open()
	if err != nil {
		return nil, msg.Error(msg.New("the bundle is damaged"))
	}
	defer in.Close()
	// The size in the zip's directory may be wrong.
	data, err = io.ReadAll(io.LimitReader(in, maxReport+1))
	switch {
	case err != nil:
		return nil, msg.Error(msg.New("the bundle is damaged"))
	case len(data) > maxReport:
		return nil, msg.Error(msg.New("the report in the bundle is larger than %d MB", maxReport>>20))
	}
	return data, nil
}

// maxTrace limits the trace, in bytes.
const maxTrace = 2 << 20

// Recorder records a trace up to maxTrace. Only one goroutine at a time may write to it.
type Recorder struct {
	kept bytes.Buffer
	more bool
}

// Write implements io.Writer and never fails.
func (r *Recorder) Write(data []byte) (int, error) {
	if r.kept.Len()+len(data) > maxTrace {
		r.more = true
	}
	if !r.more {
		r.kept.Write(data)
	}
	return len(data), nil
}

// String returns the trace. If it was cut, the last line says so.
func (r *Recorder) String() string {
	if r.more {
		return r.kept.String() + traceMark + cut + "\n"
	}
	return r.kept.String()
}

// cut replaces the rest of a trace.
const cut = "the rest was left out: the trace is too long"
