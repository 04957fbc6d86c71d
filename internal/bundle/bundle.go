// Package bundle writes what a vendor's support needs of a diagnosis into one file,
// and reads the report out of it again. Nothing is sent: whoever made it looks at it
// and hands it on.
package bundle

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/renew/safefile"
)

const (
	// reportName is the member that holds the report.
	reportName = "report.json"
	// maxBundle and maxReport bound what is read of a bundle, in bytes.
	maxBundle = 64 << 20
	maxReport = 64 << 20
)

// Member is a file in a bundle.
type Member struct {
	Name string
	// About says what it holds.
	About msg.Text
	Data  []byte
}

// Contents are what goes into a bundle.
type Contents struct {
	// Report is the report as JSON.
	Report []byte
	// Trace is the redacted trace of the run.
	Trace       string
	Environment Environment
	// Pseudonyms says that names, IDs and addresses were replaced.
	Pseudonyms bool
}

// Members lays out a bundle. Whatever the run knows as secret is hidden once more.
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

// readme explains the bundle to whoever it is sent to, in English.
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

// Write writes a bundle into a new file that only this user may read.
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

// magic begins every zip that has a member.
const magic = "PK\x03\x04"

// Is reports whether data begin like a bundle. Four bytes are enough.
func Is(data []byte) bool { return bytes.HasPrefix(data, []byte(magic)) }

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
	for _, f := range z.File {
		if f.Name == reportName {
			return member(f)
		}
	}
	return nil, msg.Error(msg.New("it is not a support bundle of spcheck: it contains no %s", reportName))
}

// member reads one file. The size that a zip claims proves nothing.
func member(f *zip.File) ([]byte, error) {
	in, err := f.Open()
	if err != nil {
		return nil, msg.Error(msg.New("the bundle is damaged"))
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, maxReport+1))
	switch {
	case err != nil:
		return nil, msg.Error(msg.New("the bundle is damaged"))
	case len(data) > maxReport:
		return nil, msg.Error(msg.New("the report in the bundle is larger than %d MB", maxReport>>20))
	}
	return data, nil
}

// maxTrace bounds the trace, in bytes.
const maxTrace = 2 << 20

// Recorder keeps a trace up to a bound. It is written to by one goroutine at a time.
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

// String is the trace. A line at its end says where some was left out.
func (r *Recorder) String() string {
	if r.more {
		return r.kept.String() + traceMark + cut + "\n"
	}
	return r.kept.String()
}

// cut replaces the rest of a trace.
const cut = "the rest was left out: the trace is too long"
